namespace Varai.Monitoring.Windows;

/// <summary>Evaluates one query over one range.</summary>
/// <param name="storeOf">Finds a metric's series; null when there is no such metric.</param>
/// <param name="range">The slots.</param>
/// <param name="seconds">How long the range is.</param>
/// <param name="totals">Where the values of a group are added up.</param>
internal sealed class QueryEvaluator(Func<string, MetricStore?> storeOf, SlotRange range, double seconds, QueryTotals totals)
{
    private static readonly IReadOnlyDictionary<string, string> NoLabels = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The values of all groups, ordered by their labels.</summary>
    public IReadOnlyList<MetricValue> Evaluate(MetricQuery query)
    {
        SortedDictionary<string, MetricValue> values = ValuesOf(query);

        // Without groups there is one, also when there are no series.
        if (query.Grouping is { Count: 0 } && values.Count == 0)
            return [new MetricValue(NoLabels, query.Function == MetricFunction.Absent ? 1 : query.Substitute)];
        return [.. values.Values];
    }

    private SortedDictionary<string, MetricValue> ValuesOf(MetricQuery query)
    {
        SortedDictionary<string, MetricValue> values = query.Function == MetricFunction.Ratio ? RatiosOf(query) : FunctionsOf(query);
        if (query.Substitute is { } substitute)
        {
            foreach ((string key, MetricValue value) in values.Where(v => v.Value.Value is null).ToArray())
                values[key] = value with { Value = substitute };
        }

        return values;
    }

    private SortedDictionary<string, MetricValue> RatiosOf(MetricQuery query)
    {
        SortedDictionary<string, MetricValue> dividends = ValuesOf(Like(query, query.Dividend!));
        SortedDictionary<string, MetricValue> divisors = ValuesOf(Like(query, query.Divisor!));
        var ratios = new SortedDictionary<string, MetricValue>(StringComparer.Ordinal);
        foreach (string key in dividends.Keys.Union(divisors.Keys, StringComparer.Ordinal))
        {
            double? dividend = ValueIn(dividends, key, query.Dividend!);
            double? divisor = ValueIn(divisors, key, query.Divisor!);
            ratios.Add(key, new MetricValue(
                (dividends.GetValueOrDefault(key) ?? divisors[key]).Labels, divisor is null or 0 ? null : dividend / divisor));
        }

        return ratios;
    }

    private static double? ValueIn(SortedDictionary<string, MetricValue> values, string key, MetricQuery query) =>
        values.TryGetValue(key, out MetricValue? value) ? value.Value : query.Substitute;

    private static MetricQuery Like(MetricQuery ratio, MetricQuery operand)
    {
        MetricQuery ranged = operand.Over(ratio.Range);
        return ratio.Grouping is null ? ranged.BySeries() : ranged.By([.. ratio.Grouping]);
    }

    private SortedDictionary<string, MetricValue> FunctionsOf(MetricQuery query)
    {
        var values = new SortedDictionary<string, MetricValue>(StringComparer.Ordinal);
        if (storeOf(query.Metric) is not { } store)
            return values;
        ThrowUnlessItHas(store.Instrument, query);
        totals.WantsSketch = query.Function is MetricFunction.Quantile or MetricFunction.ShareUpTo;
        foreach (IGrouping<string, Series> group in store.All().Where(s => IsSelected(s, query)).GroupBy(s => KeyOf(s, query), StringComparer.Ordinal))
        {
            totals.Begin();
            foreach (Series series in group)
            {
                series.Read(range, totals);
                totals.EndSeries(query.Metric, series);
            }

            values.Add(group.Key, new MetricValue(LabelsOf(group.First(), query), ValueOf(query)));
        }

        totals.Begin();
        return values;
    }

    private double? ValueOf(MetricQuery query)
    {
        if (query.Function == MetricFunction.Absent)
            return totals.HasValue ? null : 1;
        if (!totals.HasValue)
            return null;
        return query.Function switch
        {
            MetricFunction.Rate => Growth / seconds,
            MetricFunction.Increase => Growth,
            MetricFunction.Average => totals.Sum / totals.Count,
            MetricFunction.Min => totals.Min,
            MetricFunction.Max => totals.Max,
            MetricFunction.Sum => totals.Sum,
            MetricFunction.Count => totals.Count,
            MetricFunction.Last => totals.Last,
            MetricFunction.ShareUpTo => ShareUpTo(query.Threshold),
            _ => Quantile(query.QuantileRank),
        };
    }

    // A counter has sums only; a histogram grows by its values.
    private double Growth => totals.Count > 0 ? totals.Count : totals.Sum;

    private double Quantile(double rank) => rank switch
    {
        0 => totals.Min,
        1 => totals.Max,
        _ => Math.Clamp(totals.Sketch.Quantile(rank), totals.Min, totals.Max),
    };

    // Between the extremes, which are exact, to the width of a bin.
    private double ShareUpTo(double threshold) => threshold >= totals.Max ? 1
        : threshold < totals.Min ? 0
        : (double)totals.Sketch.CountUpTo(threshold) / totals.Sketch.Total;

    private static void ThrowUnlessItHas(MetricInstrument instrument, MetricQuery query)
    {
        bool has = instrument.Kind switch
        {
            MetricKind.Counter or MetricKind.CounterTotal =>
                query.Function is MetricFunction.Rate or MetricFunction.Increase or MetricFunction.Sum or MetricFunction.Absent,
            MetricKind.Histogram => query.Function != MetricFunction.Last,
            _ => query.Function is not (MetricFunction.Rate or MetricFunction.Increase or MetricFunction.Quantile or MetricFunction.ShareUpTo),
        };
        if (!has)
            throw new InvalidOperationException($"'{query}' can't be answered: '{instrument.Name}' is a {instrument.Kind}. {Possible(instrument.Kind)}");
    }

    private static string Possible(MetricKind kind) => kind switch
    {
        MetricKind.Counter or MetricKind.CounterTotal => "A counter has rate, increase, sum and absent.",
        MetricKind.Histogram => "A histogram has rate, increase, average, min, max, sum, count, quantile, share and absent.",
        _ => "A gauge has last, average, min, max, sum, count and absent.",
    };

    private static bool IsSelected(Series series, MetricQuery query)
    {
        foreach (LabelMatcher matcher in query.Matchers)
        {
            if (!matcher.Matches(LabelSet.ValueOf(series.Labels, matcher.Label)))
                return false;
        }

        return true;
    }

    // Values in the order of the grouping; U+0001 sorts before what labels hold.
    private static string KeyOf(Series series, MetricQuery query) => query.Grouping switch
    {
        { Count: 0 } => "",
        { } labels => string.Join('\u0001', labels.Select(label => LabelSet.ValueOf(series.Labels, label))),
        null => string.Join('\u0001', series.Labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}\u0001{l.Value}")),
    };

    private static IReadOnlyDictionary<string, string> LabelsOf(Series series, MetricQuery query)
    {
        if (query.Grouping is null)
            return LabelSet.ToDictionary(series.Labels);
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string label in query.Grouping)
        {
            if (LabelSet.ValueOf(series.Labels, label) is { Length: > 0 } value)
                labels[label] = value;
        }

        return labels;
    }
}
