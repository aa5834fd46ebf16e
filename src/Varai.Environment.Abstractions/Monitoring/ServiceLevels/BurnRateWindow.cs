using System.Globalization;

namespace Varai.Monitoring.ServiceLevels;

/// <summary>A pair of windows over which an error budget burns too fast: somebody is told when the burn rate of both is above
/// <see cref="Factor"/>. The long window keeps short troubles from being told, the short one ends what is told soon after the trouble.</summary>
/// <remarks>The method of chapter 5 of Google's Site Reliability Workbook: a share <see cref="BudgetShare"/> of the budget of a period is gone by the end of
/// the long window, so the factor is that share times the period divided by the long window. With an error ratio <c>e</c> it is told after
/// <c>long * factor * (1 - target) / e</c>.</remarks>
/// <param name="Severity">What to do about it.</param>
/// <param name="BudgetShare">The share of the period's budget that is gone by the end of the long window, such as 0.02.</param>
/// <param name="Long">The long window.</param>
/// <param name="Short">The short window.</param>
/// <param name="Period">The period that the budget is for.</param>
public sealed record BurnRateWindow(BurnRateSeverity Severity, double BudgetShare, TimeSpan Long, TimeSpan Short, TimeSpan Period)
{
    private static readonly TimeSpan ShortestPeriod = TimeSpan.FromDays(28);

    /// <summary>The burn rate above which it is too fast; 1 would use the budget up exactly in the period. 14.4 for 2 % in an hour of 30 days.</summary>
    public double Factor => BudgetShare * (Period / Long);

    /// <summary>The four windows of the workbook for a period: 2 % of the budget in 1 hour (and 5 minutes) and 5 % in 6 hours (30 minutes) for a page, 10 % in
    /// 1 day (2 hours) and 10 % in 3 days (6 hours) for a ticket. Of a period shorter than 28 days the windows are shorter in proportion, in
    /// whole minutes and at least one.</summary>
    /// <param name="period">The period of the objective.</param>
    /// <exception cref="ArgumentOutOfRangeException">The period is not positive.</exception>
    public static IReadOnlyList<BurnRateWindow> For(TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(period, TimeSpan.Zero);
        double scale = Math.Min(1, period / ShortestPeriod);
        return
        [
            Create(BurnRateSeverity.Page, 0.02, 60, 5),
            Create(BurnRateSeverity.Page, 0.05, 6 * 60, 30),
            Create(BurnRateSeverity.Ticket, 0.1, 24 * 60, 2 * 60),
            Create(BurnRateSeverity.Ticket, 0.1, 3 * 24 * 60, 6 * 60),
        ];

        BurnRateWindow Create(BurnRateSeverity severity, double share, int longMinutes, int shortMinutes) =>
            new(severity, share, Minutes(longMinutes * scale), Minutes(shortMinutes * scale), period);

        static TimeSpan Minutes(double minutes) => TimeSpan.FromMinutes(Math.Max(1, Math.Round(minutes)));
    }

    /// <summary>The target at and below which this window can never tell anything, since not even failing always would burn the budget that fast:
    /// <c>1 - 1 / factor</c>. 0.9306 for a factor of 14.4; 0 when the factor is 1 or less.</summary>
    public double LowestTarget => Math.Max(0, 1 - (1 / Factor));

    /// <summary>How many events the long window needs, so that a single bad one is not too fast by itself: <c>1 / (factor * (1 - target))</c>, rounded up.
    /// 70 for a factor of 14.4 and a target of 0.999.</summary>
    /// <param name="target">The objective's target.</param>
    /// <exception cref="ArgumentOutOfRangeException">The target is not below 1, or not above 0.</exception>
    public long MinimumEvents(double target) => target is > 0 and < 1
        ? (long)Math.Ceiling(1 / (Factor * (double)(1 - (decimal)target)))
        : throw new ArgumentOutOfRangeException(nameof(target), target, "A target is more than 0 and less than 1.");

    /// <summary>The window in words.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Severity}: more than {Factor:0.##} times over {Long:c} and {Short:c} ({BudgetShare:P0} of the budget)");
}
