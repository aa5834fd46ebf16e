namespace Varai.Monitoring;

/// <summary>Makes an <see cref="AlertRule"/>: what is asked, what it is compared with, and how long that must hold.</summary>
/// <example><code>
/// r => r.Metric("order_processing_time").Quantile(0.99).Over(TimeSpan.FromMinutes(5)).Above(2000).For(TimeSpan.FromMinutes(2))
/// </code></example>
public sealed class AlertRuleBuilder
{
    private readonly List<AlertTerm> _terms = [];
    private readonly Dictionary<string, string> _labels = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _annotations = new(StringComparer.Ordinal);
    private MetricQuery? _query;
    private AlertRule _rule;

    /// <summary>Begins a rule.</summary>
    /// <param name="name">The rule's name.</param>
    public AlertRuleBuilder(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        _rule = new AlertRule { Name = name, Terms = _terms };
    }

    /// <summary>Asks for a metric. After a comparison, begins another one, which must hold for the same group.</summary>
    /// <param name="name">The metric's name.</param>
    public AlertRuleBuilder Metric(string name) => Query(MetricQuery.Of(name));

    /// <summary>Asks a query. After a comparison, begins another one, which must hold for the same group.</summary>
    /// <param name="query">The query.</param>
    /// <exception cref="InvalidOperationException">The query before is not compared with anything.</exception>
    public AlertRuleBuilder Query(MetricQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (_query is not null)
            throw new InvalidOperationException($"The alert rule '{_rule.Name}' asks '{_query}' and compares it with nothing: call Above, Below or another comparison before the next query.");
        _query = query;
        return this;
    }

    /// <summary>Takes only series whose label has a value.</summary>
    /// <param name="label">The label.</param>
    /// <param name="value">The value.</param>
    public AlertRuleBuilder Where(string label, string value) => Change(q => q.Where(label, value));

    /// <summary>Takes only series that a matcher selects.</summary>
    /// <param name="matcher">The matcher.</param>
    public AlertRuleBuilder Where(LabelMatcher matcher) => Change(q => q.Where(matcher));

    /// <summary>Makes an alert of its own of each group of series that have the same values of some labels.</summary>
    /// <param name="labels">The labels.</param>
    public AlertRuleBuilder By(params string[] labels) => Change(q => q.By(labels));

    /// <summary>Makes an alert of its own of each series.</summary>
    public AlertRuleBuilder BySeries() => Change(q => q.BySeries());

    /// <summary>Looks back so far. Default: 5 minutes.</summary>
    /// <param name="range">How far.</param>
    public AlertRuleBuilder Over(TimeSpan range) => Change(q => q.Over(range));

    /// <summary>Per second: how fast a counter grows, or how many values a histogram takes.</summary>
    public AlertRuleBuilder Rate() => Change(q => q.Rate());

    /// <summary>How much a counter has grown, or how many values a histogram has taken.</summary>
    public AlertRuleBuilder Increase() => Change(q => q.Increase());

    /// <summary>The average of all values.</summary>
    public AlertRuleBuilder Average() => Change(q => q.Average());

    /// <summary>The least value.</summary>
    public AlertRuleBuilder Min() => Change(q => q.Min());

    /// <summary>The greatest value.</summary>
    public AlertRuleBuilder Max() => Change(q => q.Max());

    /// <summary>The sum of all values.</summary>
    public AlertRuleBuilder Sum() => Change(q => q.Sum());

    /// <summary>The number of values.</summary>
    public AlertRuleBuilder Count() => Change(q => q.Count());

    /// <summary>The latest value of each series of a gauge, added up.</summary>
    public AlertRuleBuilder Last() => Change(q => q.Last());

    /// <summary>A quantile of a histogram's values.</summary>
    /// <param name="rank">From 0 to 1, such as 0.99.</param>
    public AlertRuleBuilder Quantile(double rank) => Change(q => q.Quantile(rank));

    /// <summary>Divides by another query, group by group.</summary>
    /// <param name="divisor">The other query.</param>
    public AlertRuleBuilder DividedBy(MetricQuery divisor) => Change(q => q.DividedBy(divisor));

    /// <summary>Puts a value in the place of a missing one.</summary>
    /// <param name="substitute">The value.</param>
    public AlertRuleBuilder Or(double substitute) => Change(q => q.Or(substitute));

    /// <summary>Holds while the value is greater than a threshold.</summary>
    /// <param name="threshold">The threshold, in the metric's unit.</param>
    /// <param name="clearAt">The threshold while an alert fires; <see langword="null"/> for the same.</param>
    public AlertRuleBuilder Above(double threshold, double? clearAt = null) => Compare(AlertComparison.Above, threshold, clearAt);

    /// <summary>Holds while the value is a threshold or greater.</summary>
    /// <param name="threshold">The threshold, in the metric's unit.</param>
    /// <param name="clearAt">The threshold while an alert fires; <see langword="null"/> for the same.</param>
    public AlertRuleBuilder AtLeast(double threshold, double? clearAt = null) => Compare(AlertComparison.AtLeast, threshold, clearAt);

    /// <summary>Holds while the value is less than a threshold.</summary>
    /// <param name="threshold">The threshold, in the metric's unit.</param>
    /// <param name="clearAt">The threshold while an alert fires; <see langword="null"/> for the same.</param>
    public AlertRuleBuilder Below(double threshold, double? clearAt = null) => Compare(AlertComparison.Below, threshold, clearAt);

    /// <summary>Holds while the value is a threshold or less.</summary>
    /// <param name="threshold">The threshold, in the metric's unit.</param>
    /// <param name="clearAt">The threshold while an alert fires; <see langword="null"/> for the same.</param>
    public AlertRuleBuilder AtMost(double threshold, double? clearAt = null) => Compare(AlertComparison.AtMost, threshold, clearAt);

    /// <summary>Holds while there is no value at all.</summary>
    public AlertRuleBuilder Absent() => Change(q => q.Absent()).Compare(AlertComparison.Above, threshold: 0, clearAt: null);

    /// <summary>Holds while a function of the value says so.</summary>
    /// <param name="predicate">The function; see <see cref="AlertTerm.Predicate"/>.</param>
    public AlertRuleBuilder When(Func<double, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return Add(new AlertTerm { Query = TakeQuery(), Predicate = predicate });
    }

    /// <summary>Holds while a function of the windows says so.</summary>
    /// <param name="predicate">The function; see <see cref="AlertTerm.Compute"/>.</param>
    public AlertRuleBuilder When(Func<IMetricWindows, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return Add(new AlertTerm { Compute = windows => predicate(windows) ? 1 : 0, Comparison = AlertComparison.Above });
    }

    /// <summary>Gives the last comparison another threshold in an environment.</summary>
    /// <param name="environment">The environment's name.</param>
    /// <param name="threshold">The threshold there.</param>
    /// <exception cref="InvalidOperationException">There is no comparison yet.</exception>
    public AlertRuleBuilder In(string environment, double threshold)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(environment);
        if (_terms.Count == 0)
            throw new InvalidOperationException($"The alert rule '{_rule.Name}' has no comparison whose threshold could differ in {environment}.");
        _terms[^1] = _terms[^1] with
        {
            ThresholdByEnvironment = new Dictionary<string, double>(_terms[^1].ThresholdByEnvironment, StringComparer.OrdinalIgnoreCase) { [environment] = threshold },
        };
        return this;
    }

    /// <summary>Also asks for a number of measurements in the range of the last comparison, so that one error among three requests at night wakes nobody.</summary>
    /// <param name="count">The least number.</param>
    /// <exception cref="InvalidOperationException">The last comparison is not of a query over a counter or a histogram.</exception>
    public AlertRuleBuilder MinimumEvents(double count)
    {
        MetricQuery query = _terms.Count > 0 && _terms[^1].Query is { } last
            ? last
            : throw new InvalidOperationException($"The alert rule '{_rule.Name}' has no comparison of a query yet whose measurements could be counted.");

        // Of a ratio, what it divides by: all requests, not only those that failed.
        MetricQuery counted = query.Divisor ?? query;
        MetricQuery events = MetricQuery.Of(counted.Metric).Increase().Over(query.Range);
        foreach (LabelMatcher matcher in counted.Matchers)
            events = events.Where(matcher);
        events = query.Grouping is null ? events.BySeries() : events.By([.. query.Grouping]);
        return Add(new AlertTerm { Query = events, Comparison = AlertComparison.AtLeast, Threshold = count });
    }

    /// <summary>Fires only after all has held for so long.</summary>
    /// <param name="duration">How long.</param>
    public AlertRuleBuilder For(TimeSpan duration) => With(_rule with { For = duration });

    /// <summary>Goes on firing for so long after it has held for the last time.</summary>
    /// <param name="duration">How long.</param>
    public AlertRuleBuilder KeepFiringFor(TimeSpan duration) => With(_rule with { KeepFiringFor = duration });

    /// <summary>Holds when the comparisons have held in some of the last evaluations.</summary>
    /// <param name="occurrences">In how many.</param>
    /// <param name="outOf">Of how many; up to 64.</param>
    public AlertRuleBuilder AtLeastTimes(int occurrences, int outOf) => With(_rule with { Occurrences = occurrences, OutOf = outOf });

    /// <summary>Says how much it matters.</summary>
    /// <param name="severity">The severity.</param>
    public AlertRuleBuilder Severity(AlertSeverity severity) => With(_rule with { Severity = severity });

    /// <summary>Says what a missing value means.</summary>
    /// <param name="policy">What.</param>
    public AlertRuleBuilder NoData(AlertNoData policy) => With(_rule with { NoData = policy });

    /// <summary>Adds a label.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="template">Its value, an <see cref="AlertTemplate"/>.</param>
    public AlertRuleBuilder Label(string name, string template)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(template);
        _labels[name] = template;
        return this;
    }

    /// <summary>Adds a text for people.</summary>
    /// <param name="name">Its name, such as <c>description</c> or <c>runbook_url</c>.</param>
    /// <param name="template">The text, an <see cref="AlertTemplate"/>.</param>
    public AlertRuleBuilder Annotation(string name, string template)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(template);
        _annotations[name] = template;
        return this;
    }

    /// <summary>Says in one line what is wrong: the annotation <c>summary</c>.</summary>
    /// <param name="template">The text, an <see cref="AlertTemplate"/>.</param>
    public AlertRuleBuilder Summary(string template) => Annotation("summary", template);

    /// <summary>The rule.</summary>
    /// <exception cref="InvalidOperationException">A query is compared with nothing, or there is no comparison.</exception>
    public AlertRule Build()
    {
        if (_query is not null)
            throw new InvalidOperationException($"The alert rule '{_rule.Name}' asks '{_query}' and compares it with nothing: call Above, Below or another comparison.");
        if (_terms.Count == 0)
            throw new InvalidOperationException($"The alert rule '{_rule.Name}' asks nothing: begin with Metric, Query or When.");
        return _rule with
        {
            Terms = [.. _terms],
            Labels = new Dictionary<string, string>(_labels, StringComparer.Ordinal),
            Annotations = new Dictionary<string, string>(_annotations, StringComparer.Ordinal),
        };
    }

    private AlertRuleBuilder Change(Func<MetricQuery, MetricQuery> change)
    {
        _query = change(_query ?? throw new InvalidOperationException($"The alert rule '{_rule.Name}' asks for no metric yet: call Metric or Query first."));
        return this;
    }

    private AlertRuleBuilder Compare(AlertComparison comparison, double threshold, double? clearAt) =>
        Add(new AlertTerm { Query = TakeQuery(), Comparison = comparison, Threshold = threshold, ClearThreshold = clearAt });

    private MetricQuery TakeQuery()
    {
        MetricQuery query = _query ?? throw new InvalidOperationException($"The alert rule '{_rule.Name}' compares nothing: call Metric or Query before the comparison.");
        _query = null;
        return query;
    }

    private AlertRuleBuilder Add(AlertTerm term)
    {
        _terms.Add(term);
        return this;
    }

    private AlertRuleBuilder With(AlertRule rule)
    {
        _rule = rule;
        return this;
    }
}
