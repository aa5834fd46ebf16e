using Varai.Monitoring.Windows;

namespace Varai.Monitoring.Alerts;

/// <summary>A rule as it is evaluated: its queries, what it makes of their values, and its alerts.</summary>
/// <remarks>First the queries are read, then it is prepared and judged, and at last its alerts change. What goes wrong before that leaves them as
/// they are.</remarks>
internal sealed class AlertRulePlan
{
    private static readonly QueryGroup[] OneGroup = [new QueryGroup("", new Dictionary<string, string>(StringComparer.Ordinal), [])];

    private readonly AlertTermPlan[] _terms;
    private readonly KeyValuePair<string, AlertTemplate>[] _labels;
    private readonly KeyValuePair<string, AlertTemplate>[] _annotations;
    private readonly Func<int, AlertInstance> _create;
    private int[] _versions;
    private QueryGroup[] _groups = [];
    private int[][] _indices = [];
    private AlertOutcome[] _outcomes = [];
    private double[] _values = [];
    private bool _hasSameLabels;
    private bool _isBound;

    public AlertRulePlan(AlertRule rule, string environment)
    {
        Rule = rule;
        _terms = [.. rule.Terms.Select(t => new AlertTermPlan(t, environment))];
        _labels = [.. rule.Labels.Select(l => KeyValuePair.Create(l.Key, AlertTemplate.Parse(l.Value)))];
        _annotations = [.. rule.Annotations.Select(a => KeyValuePair.Create(a.Key, AlertTemplate.Parse(a.Value)))];
        _versions = new int[_terms.Length];
        _create = Create;
        State = new AlertRuleState(rule);
        Queries = [.. _terms.Where(t => t.Plan is not null).Select(t => t.Plan!)];
        LongestRange = Queries.Length == 0 ? TimeSpan.Zero : Queries.Max(q => q.Query.Range);
    }

    public AlertRule Rule { get; }

    public AlertRuleState State { get; }

    public QueryPlan[] Queries { get; }

    public TimeSpan LongestRange { get; }

    /// <summary>Why it could not be evaluated the last time; null when it could.</summary>
    public string? Error { get; private set; }

    /// <summary>When it was evaluated last, by the engine's clock; 0 for never.</summary>
    public long EvaluatedAt { get; private set; }

    /// <summary>Looks whether it can be judged, and which groups there are. Called under the lock of the states.</summary>
    public void Prepare()
    {
        Error = null;
        foreach (QueryPlan query in Queries)
        {
            if (query.Error is { } error)
            {
                Error = error;
                return;
            }
        }

        if (!_isBound || State.HasAdopted || HasOtherGroups())
            Bind();
        if (_hasSameLabels)
            Error = "Two groups of its query give alerts with the same labels: a label of the rule takes away what tells them apart.";
    }

    /// <summary>Makes up its mind about each group. Runs the user's functions, under no lock.</summary>
    public void Judge(IMetricWindows windows)
    {
        if (Error is not null)
            return;
        try
        {
            for (int i = 0; i < _groups.Length; i++)
                Judge(i, windows);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The text of an exception may be anything; its type says enough to look in the code.
            Error = $"A function of the rule has thrown {e.GetType().FullName}.";
        }
    }

    /// <summary>Takes its alerts a step further.</summary>
    public void Step(long now)
    {
        EvaluatedAt = now;
        if (Error is not null)
            return;
        State.Begin(now);
        for (int i = 0; i < _groups.Length; i++)
            State.Step(i, _outcomes[i], _values[i], _create);
        State.End();
    }

    /// <summary>The texts of an alert.</summary>
    public IReadOnlyDictionary<string, string> AnnotationsOf(AlertInstance instance)
    {
        var annotations = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, AlertTemplate template) in _annotations)
            annotations[name] = template.Render(instance.GroupLabels, double.IsNaN(instance.Value) ? null : instance.Value);
        return annotations;
    }

    /// <summary>The labels of the alert of a group.</summary>
    public IReadOnlyDictionary<string, string> LabelsOf(IReadOnlyDictionary<string, string> group)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string value) in group)
            labels[name] = value;
        labels[Alert.SeverityLabel] = Rule.Severity switch
        {
            AlertSeverity.Info => "info",
            AlertSeverity.Warning => "warning",
            _ => "critical",
        };
        foreach ((string name, AlertTemplate template) in _labels)
        {
            string value = template.Render(group, value: null);
            if (value.Length > 0)
                labels[name] = value;
            else
                labels.Remove(name);
        }

        labels[Alert.NameLabel] = Rule.Name;
        return labels;
    }

    private AlertInstance Create(int group) => new(_groups[group].Key, _groups[group].Labels, LabelsOf(_groups[group].Labels));

    private void Judge(int group, IMetricWindows windows)
    {
        double first = ValueOf(0, group, windows);
        _values[group] = first;
        if (double.IsNaN(first))
        {
            _outcomes[group] = AlertOutcome.Missing;
            return;
        }

        bool isFiring = State.IsFiring(group);
        bool holds = _terms[0].Holds(first, isFiring);
        for (int i = 1; i < _terms.Length && holds; i++)
        {
            double value = ValueOf(i, group, windows);
            holds = !double.IsNaN(value) && _terms[i].Holds(value, isFiring);
        }

        _outcomes[group] = holds ? AlertOutcome.Holds : AlertOutcome.Clear;
    }

    private double ValueOf(int term, int group, IMetricWindows windows)
    {
        AlertTermPlan asked = _terms[term];
        if (asked.Plan is null)
            return asked.Term.Compute!(windows) ?? double.NaN;
        int index = _indices[term][group];
        return index < 0 ? asked.Plan.Query.Substitute ?? double.NaN : asked.Plan.Values[index];
    }

    private bool HasOtherGroups()
    {
        for (int i = 0; i < _terms.Length; i++)
        {
            if (_versions[i] != (_terms[i].Plan?.Version ?? 0))
                return true;
        }

        return false;
    }

    private void Bind()
    {
        _versions = [.. _terms.Select(t => t.Plan?.Version ?? 0)];
        _groups = _terms[0].Plan?.Groups ?? OneGroup;
        _indices = new int[_terms.Length][];
        for (int i = 0; i < _terms.Length; i++)
        {
            QueryGroup[] own = _terms[i].Plan?.Groups ?? OneGroup;
            var byKey = new Dictionary<string, int>(StringComparer.Ordinal);
            for (int j = 0; j < own.Length; j++)
                byKey[own[j].Key] = j;
            _indices[i] = [.. _groups.Select(g => byKey.GetValueOrDefault(g.Key, -1))];
        }

        _outcomes = new AlertOutcome[_groups.Length];
        _values = new double[_groups.Length];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        _hasSameLabels = _labels.Length > 0 && !_groups.All(g => seen.Add(string.Join('\u0001', LabelsOf(g.Labels).Select(l => $"{l.Key}\u0001{l.Value}"))));
        State.Bind([.. _groups.Select(g => g.Key)]);
        _isBound = true;
    }
}
