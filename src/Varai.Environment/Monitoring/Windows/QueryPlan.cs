using System.Runtime.CompilerServices;

namespace Varai.Monitoring.Windows;

/// <summary>A query that is asked again and again: which series belong to which group is found out only when series have come or gone, and
/// reading allocates nothing. Used by one thread at a time, under the lock of the windows.</summary>
internal sealed class QueryPlan
{
    private static readonly IReadOnlyDictionary<string, string> NoLabels = new SortedDictionary<string, string>(StringComparer.Ordinal);

    private readonly QueryPlan? _dividend;
    private readonly QueryPlan? _divisor;
    private (int Dividend, int Divisor)[] _pairs = [];
    private (int Dividend, int Divisor) _pairedVersions = (-1, -1);
    private MetricStore? _store;
    private int _storeVersion = -1;
    private bool _isBound;
    private double[] _values = [];

    public QueryPlan(MetricQuery query)
    {
        Query = query;
        if (query.Function != MetricFunction.Ratio)
            return;
        _dividend = new QueryPlan(Like(query, query.Dividend!));
        _divisor = new QueryPlan(Like(query, query.Divisor!));
    }

    public MetricQuery Query { get; }

    /// <summary>Changes when groups have come or gone.</summary>
    public int Version { get; private set; }

    /// <summary>The groups there are series for, ordered by their keys; of a query that does not group, exactly one.</summary>
    public QueryGroup[] Groups { get; private set; } = [];

    /// <summary>The values of the groups as they were read last; a missing one is not a number.</summary>
    public ReadOnlySpan<double> Values => _values;

    /// <summary>Why it could not be read the last time, such as a quantile of a gauge; null when it could.</summary>
    public string? Error { get; set; }

    /// <exception cref="InvalidOperationException">The metric's kind does not have the function.</exception>
    public void Read(WindowReading reading)
    {
        if (_dividend is null)
            ReadGroups(reading);
        else
            ReadRatios(reading);
        if (Query.Substitute is not { } substitute)
            return;
        foreach (ref double value in _values.AsSpan())
        {
            if (double.IsNaN(value))
                value = substitute;
        }
    }

    /// <summary>Reads from windows of the user's own.</summary>
    public void Read(IMetricWindows windows)
    {
        IReadOnlyList<MetricValue> values = windows.GetValues(Query);
        string[] keys = [.. values.Select(v => string.Join('\u0001', v.Labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}\u0001{l.Value}")))];
        if (!keys.AsSpan().SequenceEqual(Groups.Select(g => g.Key).ToArray()))
            Set([.. values.Select((v, i) => new QueryGroup(keys[i], v.Labels, []))]);
        for (int i = 0; i < values.Count; i++)
            _values[i] = values[i].Value ?? double.NaN;
    }

    private void ReadRatios(WindowReading reading)
    {
        _dividend!.Read(reading);
        _divisor!.Read(reading);
        if (_pairedVersions != (_dividend.Version, _divisor.Version))
            Pair();
        for (int i = 0; i < _pairs.Length; i++)
        {
            (int dividend, int divisor) = _pairs[i];
            double below = ValueOf(_divisor, divisor);
            _values[i] = below == 0 ? double.NaN : ValueOf(_dividend, dividend) / below;
        }
    }

    // A group that only the other query has is missing here.
    private static double ValueOf(QueryPlan plan, int index) => index >= 0 ? plan._values[index] : plan.Query.Substitute ?? double.NaN;

    private void Pair()
    {
        var groups = new SortedDictionary<string, (QueryGroup Group, int Dividend, int Divisor)>(StringComparer.Ordinal);
        for (int i = 0; i < _dividend!.Groups.Length; i++)
            groups[_dividend.Groups[i].Key] = (_dividend.Groups[i], i, -1);
        for (int i = 0; i < _divisor!.Groups.Length; i++)
        {
            QueryGroup group = _divisor.Groups[i];
            groups[group.Key] = groups.TryGetValue(group.Key, out var pair) ? pair with { Divisor = i } : (group, -1, i);
        }

        _pairedVersions = (_dividend.Version, _divisor.Version);
        _pairs = [.. groups.Values.Select(g => (g.Dividend, g.Divisor))];
        Set([.. groups.Values.Select(g => g.Group)]);
    }

    private void ReadGroups(WindowReading reading)
    {
        MetricStore? store = reading.StoreOf(Query.Metric);
        int version = store?.Version ?? -1;
        if (!_isBound || !ReferenceEquals(store, _store) || version != _storeVersion)
            Bind(store, version);
        QueryTotals totals = reading.Totals;
        totals.WantsSketch = Query.Function is MetricFunction.Quantile or MetricFunction.ShareUpTo;
        SlotRange range = reading.RangeOf(Query.Range);
        double seconds = TimeSpan.FromTicks(reading.To(range) - WindowReading.From(range)).TotalSeconds;

        // Before the first is read: moving merges sketches where reading adds them up.
        foreach (QueryGroup group in Groups)
        {
            foreach (Series series in group.Series)
                reading.Move(series);
        }

        for (int i = 0; i < Groups.Length; i++)
        {
            totals.Begin();
            foreach (Series series in Groups[i].Series)
            {
                series.Read(range, totals);
                totals.EndSeries(Query.Metric, series);
            }

            _values[i] = ValueOf(totals, seconds);
        }

        totals.Begin();
    }

    private void Bind(MetricStore? store, int version)
    {
        if (store is not null)
            ThrowUnlessItHas(store.Instrument);
        (_store, _storeVersion, _isBound) = (store, version, true);
        QueryGroup[] groups = store is null
            ? []
            :
            [
                .. store.All().Where(IsSelected).GroupBy(KeyOf, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
                    .Select(g => new QueryGroup(g.Key, LabelsOf(g.First()), [.. g])),
            ];

        // Without groups there is one, also when there are no series.
        Set(groups.Length == 0 && Query.Grouping is { Count: 0 } ? [new QueryGroup("", NoLabels, [])] : groups);
    }

    private void Set(QueryGroup[] groups)
    {
        Groups = groups;
        _values = new double[groups.Length];
        Version++;
    }

    private double ValueOf(QueryTotals totals, double seconds)
    {
        if (Query.Function == MetricFunction.Absent)
            return totals.HasValue ? double.NaN : 1;
        if (!totals.HasValue)
            return double.NaN;
        return Query.Function switch
        {
            MetricFunction.Rate => Growth(totals) / seconds,
            MetricFunction.Increase => Growth(totals),
            MetricFunction.Average => totals.Sum / totals.Count,
            MetricFunction.Min => totals.Min,
            MetricFunction.Max => totals.Max,
            MetricFunction.Sum => totals.Sum,
            MetricFunction.Count => totals.Count,
            MetricFunction.Last => totals.Last,
            MetricFunction.Quantile => Quantile(totals, Query.QuantileRank),
            MetricFunction.ShareUpTo => ShareUpTo(totals, Query.Threshold),
            _ => throw new SwitchExpressionException(Query.Function),
        };
    }

    // A counter has sums only; a histogram grows by its values.
    private static double Growth(QueryTotals totals) => totals.Count > 0 ? totals.Count : totals.Sum;

    private static double Quantile(QueryTotals totals, double rank) => rank switch
    {
        0 => totals.Min,
        1 => totals.Max,
        _ => Math.Clamp(totals.Sketch.Quantile(rank), totals.Min, totals.Max),
    };

    // Between the extremes, which are exact, to the width of a bin.
    private static double ShareUpTo(QueryTotals totals, double threshold) => threshold >= totals.Max ? 1
        : threshold < totals.Min ? 0
        : (double)totals.Sketch.CountUpTo(threshold) / totals.Sketch.Total;

    private static MetricQuery Like(MetricQuery ratio, MetricQuery operand)
    {
        MetricQuery ranged = operand.Over(ratio.Range);
        return ratio.Grouping is null ? ranged.BySeries() : ranged.By([.. ratio.Grouping]);
    }

    private void ThrowUnlessItHas(MetricInstrument instrument)
    {
        bool has = instrument.Kind switch
        {
            MetricKind.Counter or MetricKind.CounterTotal =>
                Query.Function is MetricFunction.Rate or MetricFunction.Increase or MetricFunction.Sum or MetricFunction.Absent,
            MetricKind.Histogram => Query.Function != MetricFunction.Last,
            _ => Query.Function is not (MetricFunction.Rate or MetricFunction.Increase or MetricFunction.Quantile or MetricFunction.ShareUpTo),
        };
        if (!has)
            throw new InvalidOperationException($"'{Query}' can't be answered: '{instrument.Name}' is a {instrument.Kind}. {Possible(instrument.Kind)}");
    }

    private static string Possible(MetricKind kind) => kind switch
    {
        MetricKind.Counter or MetricKind.CounterTotal => "A counter has rate, increase, sum and absent.",
        MetricKind.Histogram => "A histogram has rate, increase, average, min, max, sum, count, quantile, share and absent.",
        _ => "A gauge has last, average, min, max, sum, count and absent.",
    };

    private bool IsSelected(Series series)
    {
        foreach (LabelMatcher matcher in Query.Matchers)
        {
            if (!matcher.Matches(LabelSet.ValueOf(series.Labels, matcher.Label)))
                return false;
        }

        return true;
    }

    // Values in the order of the grouping; U+0001 sorts before what labels hold.
    private string KeyOf(Series series) => Query.Grouping switch
    {
        { Count: 0 } => "",
        { } labels => string.Join('\u0001', labels.Select(label => LabelSet.ValueOf(series.Labels, label))),
        null => string.Join('\u0001', series.Labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}\u0001{l.Value}")),
    };

    private IReadOnlyDictionary<string, string> LabelsOf(Series series)
    {
        if (Query.Grouping is null)
            return LabelSet.ToDictionary(series.Labels);
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string label in Query.Grouping)
        {
            if (LabelSet.ValueOf(series.Labels, label) is { Length: > 0 } value)
                labels[label] = value;
        }

        return labels;
    }
}
