using System.Globalization;

namespace Varai.Monitoring;

/// <summary>What is asked of <see cref="IMetricWindows"/>: some series of a metric, a range of time, a function and a grouping. Immutable:
/// each method gives a new query.</summary>
/// <example><c>MetricQuery.Of("order_processing_time").Where("region", "eu").Quantile(0.99).Over(TimeSpan.FromMinutes(5))</c></example>
public sealed record MetricQuery
{
    private MetricQuery(string metric) => Metric = metric;

    /// <summary>The metric's name.</summary>
    public string Metric { get; private init; }

    /// <summary>Which of its series; all must match. Default: all series.</summary>
    public IReadOnlyList<LabelMatcher> Matchers { get; private init; } = [];

    /// <summary>What is made of them. Default: <see cref="MetricFunction.Last"/>.</summary>
    public MetricFunction Function { get; private init; } = MetricFunction.Last;

    /// <summary>Which quantile, from 0 to 1, for <see cref="MetricFunction.Quantile"/>.</summary>
    public double QuantileRank { get; private init; }

    /// <summary>Which threshold, for <see cref="MetricFunction.ShareUpTo"/>.</summary>
    public double Threshold { get; private init; }

    /// <summary>What it is divided by, for <see cref="MetricFunction.Ratio"/>.</summary>
    public MetricQuery? Divisor { get; private init; }

    /// <summary>What is divided, for <see cref="MetricFunction.Ratio"/>.</summary>
    public MetricQuery? Dividend { get; private init; }

    /// <summary>How far back it looks. Default: 5 minutes.</summary>
    public TimeSpan Range { get; private init; } = TimeSpan.FromMinutes(5);

    /// <summary>The labels that tell groups apart. Default: none, all series are one group; <see langword="null"/>: each series is a
    /// group of its own.</summary>
    public IReadOnlyList<string>? Grouping { get; private init; } = [];

    /// <summary>The value that stands in for a missing one. Default: <see langword="null"/>, missing stays missing.</summary>
    public double? Substitute { get; private init; }

    /// <summary>Begins a query over a metric.</summary>
    /// <param name="metric">The metric's name.</param>
    public static MetricQuery Of(string metric)
    {
        ArgumentException.ThrowIfNullOrEmpty(metric);
        return new MetricQuery(metric);
    }

    /// <summary>Takes only series whose label has a value.</summary>
    /// <param name="label">The label.</param>
    /// <param name="value">The value; empty for series without the label.</param>
    public MetricQuery Where(string label, string value) => Where(new LabelMatcher(label, LabelComparison.Equal, value));

    /// <summary>Takes only series that a matcher selects.</summary>
    /// <param name="matcher">The matcher.</param>
    public MetricQuery Where(LabelMatcher matcher)
    {
        ArgumentNullException.ThrowIfNull(matcher);
        return Function == MetricFunction.Ratio
            ? throw new InvalidOperationException("A ratio selects no series; give matchers to the two queries it is made of.")
            : this with { Matchers = [.. Matchers, matcher] };
    }

    /// <summary>How fast a counter grows, or how many values a histogram takes, per second.</summary>
    public MetricQuery Rate() => With(MetricFunction.Rate);

    /// <summary>How much a counter has grown, or how many values a histogram has taken.</summary>
    public MetricQuery Increase() => With(MetricFunction.Increase);

    /// <summary>The average of all values.</summary>
    public MetricQuery Average() => With(MetricFunction.Average);

    /// <summary>The least value.</summary>
    public MetricQuery Min() => With(MetricFunction.Min);

    /// <summary>The greatest value.</summary>
    public MetricQuery Max() => With(MetricFunction.Max);

    /// <summary>The sum of all values.</summary>
    public MetricQuery Sum() => With(MetricFunction.Sum);

    /// <summary>The number of values.</summary>
    public MetricQuery Count() => With(MetricFunction.Count);

    /// <summary>The latest value of each series of a gauge, added up over the series.</summary>
    public MetricQuery Last() => With(MetricFunction.Last);

    /// <summary>A quantile of a histogram's values; at most 1 % off.</summary>
    /// <param name="rank">From 0 (the least value) to 1 (the greatest), such as 0.99.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rank is not from 0 to 1.</exception>
    public MetricQuery Quantile(double rank) => rank is >= 0 and <= 1
        ? With(MetricFunction.Quantile) with { QuantileRank = rank }
        : throw new ArgumentOutOfRangeException(nameof(rank), rank, "A quantile is from 0 to 1.");

    /// <summary>The share of a histogram's values that are at most a threshold, from 0 to 1; values within 1 % of it may count to either
    /// side.</summary>
    /// <param name="threshold">The threshold, in the unit of the metric.</param>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is no finite number.</exception>
    public MetricQuery ShareUpTo(double threshold) => double.IsFinite(threshold)
        ? With(MetricFunction.ShareUpTo) with { Threshold = threshold }
        : throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "A threshold is a finite number.");

    /// <summary>1 when there is no value at all, else missing.</summary>
    public MetricQuery Absent() => With(MetricFunction.Absent);

    /// <summary>This query's value divided by another's, group by group. It is missing where either is missing or the divisor is 0.</summary>
    /// <param name="divisor">The other query; it is asked with the grouping and the range of the ratio.</param>
    public MetricQuery DividedBy(MetricQuery divisor)
    {
        ArgumentNullException.ThrowIfNull(divisor);
        return new MetricQuery($"{Metric}/{divisor.Metric}")
        {
            Function = MetricFunction.Ratio,
            Dividend = this,
            Divisor = divisor,
            Range = Range,
            Grouping = Grouping,
        };
    }

    /// <summary>Looks back so far. A range begins with the slot that its beginning falls into, and nothing is extrapolated.</summary>
    /// <param name="range">How far; at least 10 seconds are taken.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is not positive.</exception>
    public MetricQuery Over(TimeSpan range)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(range, TimeSpan.Zero);
        return this with { Range = range };
    }

    /// <summary>Gives a value for each group of series that have the same values of some labels.</summary>
    /// <param name="labels">The labels.</param>
    public MetricQuery By(params ReadOnlySpan<string> labels)
    {
        foreach (string label in labels)
            ArgumentException.ThrowIfNullOrEmpty(label, nameof(labels));
        return this with { Grouping = [.. labels] };
    }

    /// <summary>Gives a value for each series.</summary>
    public MetricQuery BySeries() => this with { Grouping = null };

    /// <summary>Puts a value in the place of a missing one: <c>Or(0)</c> where no measurement means that nothing happened, such as errors.</summary>
    /// <param name="substitute">The value.</param>
    public MetricQuery Or(double substitute) => this with { Substitute = substitute };

    /// <summary>The query in words close to those of Prometheus.</summary>
    public override string ToString()
    {
        string text = Function == MetricFunction.Ratio ? $"{Operand(Dividend!)} / {Operand(Divisor!)}" : $"{Name}({Argument}{Metric}{Selector}[{Duration}])";
        string grouped = Grouping switch
        {
            null => $"{text} by series",
            [] => text,
            _ => $"{text} by ({string.Join(", ", Grouping)})",
        };
        return Substitute is { } value ? string.Create(CultureInfo.InvariantCulture, $"{grouped} or {value}") : grouped;
    }

    private string Name => Function switch
    {
        MetricFunction.Average => "avg",
        MetricFunction.Rate => "rate",
        MetricFunction.Increase => "increase",
        MetricFunction.Min => "min",
        MetricFunction.Max => "max",
        MetricFunction.Sum => "sum",
        MetricFunction.Count => "count",
        MetricFunction.Quantile => "quantile",
        MetricFunction.ShareUpTo => "share_up_to",
        MetricFunction.Absent => "absent",
        _ => "last",
    };

    private string Argument => Function switch
    {
        MetricFunction.Quantile => string.Create(CultureInfo.InvariantCulture, $"{QuantileRank}, "),
        MetricFunction.ShareUpTo => string.Create(CultureInfo.InvariantCulture, $"{Threshold}, "),
        _ => "",
    };

    private string Selector => Matchers.Count == 0 ? "" : $"{{{string.Join(", ", Matchers)}}}";

    private string Duration => string.Create(CultureInfo.InvariantCulture, $"{Range.TotalSeconds}s");

    private string Operand(MetricQuery operand)
    {
        MetricQuery asked = operand with { Range = Range, Grouping = [] };
        return asked.Function == MetricFunction.Ratio || asked.Substitute is not null ? $"({asked})" : asked.ToString();
    }

    private MetricQuery With(MetricFunction function) => Function == MetricFunction.Ratio
        ? throw new InvalidOperationException("A ratio is a function already; choose the functions of the two queries it is made of.")
        : this with { Function = function };
}
