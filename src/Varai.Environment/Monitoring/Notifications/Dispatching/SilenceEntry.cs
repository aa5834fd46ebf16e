using System.Text.Json.Serialization;

namespace Varai.Monitoring.Notifications.Dispatching;

/// <summary>A silence as it is kept; its times are by the wall clock.</summary>
internal sealed class SilenceEntry
{
    public required string Id { get; init; }

    public required IReadOnlyList<MatcherEntry> Matchers { get; init; }

    public required DateTimeOffset StartsAt { get; init; }

    public required DateTimeOffset EndsAt { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string Author { get; init; }

    public required string Reason { get; init; }

    [JsonIgnore]
    public IReadOnlyList<LabelMatcher> Compiled => field ??= [.. Matchers.Select(m => new LabelMatcher(m.Label, m.Comparison, m.Value))];

    public bool IsActive(DateTimeOffset wall) => StartsAt <= wall && wall < EndsAt;
}
