using System.Globalization;

namespace Varai.Monitoring.ServiceLevels;

/// <summary>A service level objective: which share of events has to be good over a rolling period.</summary>
public sealed record ServiceLevelObjective
{
    /// <summary>Defines an objective.</summary>
    /// <param name="name">Its name: a letter or digit, then up to 99 letters, digits, <c>_</c>, <c>.</c> and <c>-</c>. What was counted is kept under it.</param>
    /// <param name="target">The share of events that has to be good: more than 0 and less than 1, such as 0.999. With 1 there would be no budget.</param>
    /// <param name="indicator">What is counted.</param>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The target is out of range.</exception>
    public ServiceLevelObjective(string name, double target, ServiceLevelIndicator indicator)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(indicator);
        if (name.Length > 100 || !char.IsAsciiLetterOrDigit(name[0]) || name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('_' or '.' or '-')))
            throw new ArgumentException($"'{name}' can't be the name of an objective: a letter or digit, then up to 99 letters, digits, '_', '.' and '-'.", nameof(name));
        if (target is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(target), target, "A target is more than 0 and less than 1: with 1 there is no error budget.");
        Name = name;
        Target = target;
        Indicator = indicator;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The share of events that has to be good.</summary>
    public double Target { get; }

    /// <summary>What is counted.</summary>
    public ServiceLevelIndicator Indicator { get; }

    /// <summary>The rolling period that the target is for.</summary>
    /// <value>1 to 366 days. Default: 30 days.</value>
    public TimeSpan Period { get; init; } = TimeSpan.FromDays(30);

    /// <summary>The windows over which its budget may burn too fast.</summary>
    /// <value>Default: <see langword="null"/>, which means those of <see cref="BurnRateWindow.For"/> its period.</value>
    public IReadOnlyList<BurnRateWindow>? BurnRateWindows { get; init; }

    /// <summary>How many events a long window needs before it may burn too fast; 0 for any.</summary>
    /// <value>Default: <see langword="null"/>, which means so many that a single bad event is not too fast by itself
    /// (<see cref="BurnRateWindow.MinimumEvents"/>).</value>
    public long? MinimumEvents { get; init; }

    /// <summary>The time zone whose months reports are for.</summary>
    /// <value>Default: UTC.</value>
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>The share of events that may be bad.</summary>
    public double ErrorBudget => (double)(1 - (decimal)Target);

    /// <summary>The windows in use.</summary>
    public IReadOnlyList<BurnRateWindow> GetBurnRateWindows() => BurnRateWindows ?? BurnRateWindow.For(Period);

    /// <summary>What makes it impossible, for people; <see langword="null"/> when nothing does.</summary>
    public string? FindMistake()
    {
        if (Period < TimeSpan.FromDays(1) || Period > TimeSpan.FromDays(366))
            return $"The objective '{Name}' has the period {Period:c}; it is from 1 to 366 days.";
        if (MinimumEvents < 0)
            return $"The objective '{Name}' has MinimumEvents {MinimumEvents}; it is 0 or more.";
        foreach (BurnRateWindow window in GetBurnRateWindows())
        {
            if (window.Short <= TimeSpan.Zero || window.Long < window.Short || window.Long > Period)
                return $"The objective '{Name}' has the burn rate window '{window}'; the long one lasts at least as long as the short one, and at most the period.";
            if (Target <= window.LowestTarget)
            {
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"The objective '{Name}' has the target {Target}, and not even failing always would burn its budget {window.Factor:0.##} times as fast as it may: the window '{window}' needs a target above {window.LowestTarget:0.####}. Choose a higher target, or BurnRateWindows without it.");
            }
        }

        return null;
    }
}
