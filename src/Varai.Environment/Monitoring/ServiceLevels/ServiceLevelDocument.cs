namespace Varai.Monitoring.ServiceLevels;

/// <summary>What is written down of an objective: the events that all nodes counted.</summary>
/// <param name="Format">The format.</param>
/// <param name="Objective">The objective's name.</param>
/// <param name="Indicator">What is counted, for people.</param>
/// <param name="Rings">The slots.</param>
/// <param name="Months">Good and valid events by month.</param>
/// <param name="Writers">The nodes that wrote last, the latest at the end, each with the number of its last addition: a node whose write
/// ended in an error sees here whether it was made.</param>
internal sealed record ServiceLevelDocument(
    int Format,
    string Objective,
    string Indicator,
    IReadOnlyList<CountRingDocument> Rings,
    IReadOnlyDictionary<string, IReadOnlyList<long>> Months,
    IReadOnlyList<ServiceLevelWriter> Writers)
{
    /// <summary>Of uptime: where the last slot ended that a node probed.</summary>
    public DateTimeOffset? Until { get; init; }

    public const int PresentFormat = 1;

    /// <summary>Whether an addition of a node is in it.</summary>
    public bool Has(string node, long addition) => Writers.Any(w => w.Node == node && w.Addition >= addition);
}
