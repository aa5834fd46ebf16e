namespace Varai.Monitoring.Notifications.Routing;

/// <summary>A route with all that it inherits.</summary>
internal sealed class CompiledRoute
{
    /// <summary>Its matchers after those of the routes above, with its place among its siblings: no two routes have the same.</summary>
    public required string Id { get; init; }

    public required string Receiver { get; init; }

    public required IReadOnlyList<LabelMatcher> Matchers { get; init; }

    public required bool Continue { get; init; }

    public required IReadOnlySet<string> GroupBy { get; init; }

    public required bool GroupsByAll { get; init; }

    public required TimeSpan GroupWait { get; init; }

    public required TimeSpan GroupInterval { get; init; }

    public required TimeSpan RepeatInterval { get; init; }

    public required IReadOnlyList<TimeInterval> Mute { get; init; }

    public required IReadOnlyList<TimeInterval> Active { get; init; }

    public required EscalationPolicy? Escalation { get; init; }

    public IReadOnlyList<CompiledRoute> Routes { get; set; } = [];

    /// <summary>The routes that an alert takes, depth first; none when this one does not match.</summary>
    public IReadOnlyList<CompiledRoute> Match(IReadOnlyDictionary<string, string> labels)
    {
        if (!Matchers.AllMatch(labels))
            return [];
        var found = new List<CompiledRoute>();
        foreach (CompiledRoute route in Routes)
        {
            IReadOnlyList<CompiledRoute> below = route.Match(labels);
            found.AddRange(below);
            if (below.Count > 0 && !route.Continue)
                break;
        }

        return found.Count > 0 ? found : [this];
    }

    public IEnumerable<CompiledRoute> WithAllBelow() => Routes.SelectMany(r => r.WithAllBelow()).Prepend(this);

    public SortedDictionary<string, string> GroupLabels(IReadOnlyDictionary<string, string> labels)
    {
        var group = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string value) in labels)
        {
            if (GroupsByAll || GroupBy.Contains(name))
                group.Add(name, value);
        }

        return group;
    }

    public string GroupKey(IReadOnlyDictionary<string, string> groupLabels) =>
        $"{Id}:{groupLabels.Select(l => new LabelMatcher(l.Key, LabelComparison.Equal, l.Value)).Write()}";
}
