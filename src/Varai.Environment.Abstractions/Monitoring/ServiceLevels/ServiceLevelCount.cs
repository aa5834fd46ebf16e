namespace Varai.Monitoring.ServiceLevels;

/// <summary>Events that were counted.</summary>
/// <param name="Good">Good ones.</param>
/// <param name="Valid">All of them.</param>
public sealed record ServiceLevelCount(long Good, long Valid)
{
    /// <summary>Bad ones.</summary>
    public long Bad => Valid - Good;

    /// <summary>The share of good ones; <see langword="null"/> when there are none at all.</summary>
    public double? Ratio => Valid == 0 ? null : (double)Good / Valid;

    /// <summary>How much of an error budget they used: 1 is all of it. <see langword="null"/> when there are no events.</summary>
    /// <param name="errorBudget">The share of events that may be bad.</param>
    public double? BudgetUsed(double errorBudget) => Valid == 0 ? null : (double)Bad / Valid / errorBudget;
}
