namespace Varai.Monitoring;

/// <summary>A rule as it stands.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Health">Whether it could be evaluated.</param>
/// <param name="Error">Why it could not; <see langword="null"/> when it could.</param>
/// <param name="LastEvaluation">When it was evaluated last; <see langword="null"/> for never.</param>
/// <param name="Alerts">Its alerts that are pending or firing, ordered by their labels.</param>
public sealed record AlertRuleStatus(
    AlertRule Rule, AlertRuleHealth Health, string? Error, DateTimeOffset? LastEvaluation, IReadOnlyList<ActiveAlert> Alerts)
{
    /// <summary>The state of its alert that is furthest on.</summary>
    public AlertState State => Alerts.Count == 0 ? AlertState.Inactive : Alerts.Max(a => a.State);
}
