namespace Varai.Monitoring;

/// <summary>Which rules tire people.</summary>
/// <param name="From">The first day, in UTC.</param>
/// <param name="To">The last day, in UTC.</param>
/// <param name="Rules">What was counted for each rule, the one with the most notifications first.</param>
public sealed record AlertFatigueReport(DateOnly From, DateOnly To, IReadOnlyList<AlertFatigueRule> Rules)
{
    /// <summary>The rules that began and ended again often enough to be damped, the worst first.</summary>
    public IReadOnlyList<AlertFatigueRule> Flapping => [.. Rules.Where(r => r.Flaps > 0).OrderByDescending(r => r.Flaps).ThenBy(r => r.Name, StringComparer.Ordinal)];

    /// <summary>The rules that were told of and that nobody acknowledged or ended by hand, the noisiest first: nobody would miss them, or
    /// nobody looks.</summary>
    public IReadOnlyList<AlertFatigueRule> NeverActedOn => [.. Rules.Where(r => r is { Notifications: > 0, Acknowledged: 0, ResolvedByHand: 0 })];
}
