namespace Varai.Monitoring.Notifications.Routing;

/// <summary>Keeps targets from being told while a source fires that agrees with them in some labels.</summary>
internal sealed record InhibitRule(IReadOnlyList<LabelMatcher> Source, IReadOnlyList<LabelMatcher> Target, IReadOnlyList<string> Equal)
{
    public bool IsSource(IReadOnlyDictionary<string, string> labels) => Source.AllMatch(labels);

    public bool IsTarget(IReadOnlyDictionary<string, string> labels) => Target.AllMatch(labels);

    /// <summary>What source and target must have in common. No label holds the separator in an unclear way, since lengths go before.</summary>
    public string KeyOf(IReadOnlyDictionary<string, string> labels) =>
        string.Concat(Equal.Select(name => labels.GetValueOrDefault(name) ?? "").Select(value => $"{value.Length}:{value}"));
}
