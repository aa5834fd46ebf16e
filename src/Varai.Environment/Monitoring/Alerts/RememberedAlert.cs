namespace Varai.Monitoring.Alerts;

/// <summary>One alert as it is kept in the state store, its times by the wall clock.</summary>
internal sealed record RememberedAlert
{
    public required string Rule { get; init; }

    public required string Key { get; init; }

    public required IReadOnlyDictionary<string, string> GroupLabels { get; init; }

    public required AlertState State { get; init; }

    public DateTimeOffset ActiveAt { get; init; }

    public DateTimeOffset? FiredAt { get; init; }

    public DateTimeOffset? KeepFiringSince { get; init; }

    public DateTimeOffset? ResolvedAt { get; init; }

    public double? Value { get; init; }

    public double? ResolvedValue { get; init; }

    public ulong History { get; init; }
}
