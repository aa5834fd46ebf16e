using Varai.Monitoring.Windows;

namespace Varai.Monitoring.Alerts;

/// <summary>A term as it is evaluated in one environment.</summary>
internal sealed class AlertTermPlan
{
    private readonly double _threshold;
    private readonly double _clearThreshold;

    public AlertTermPlan(AlertTerm term, string environment)
    {
        Term = term;
        Plan = term.Query is { } query ? new QueryPlan(query) : null;
        _threshold = term.ThresholdIn(environment);
        _clearThreshold = term.ClearThreshold ?? _threshold;
    }

    public AlertTerm Term { get; }

    /// <summary>The query; null for a function of the windows.</summary>
    public QueryPlan? Plan { get; }

    /// <summary>Whether it holds for a value. Runs the user's function where there is one.</summary>
    public bool Holds(double value, bool isFiring)
    {
        if (Term.Predicate is { } predicate)
            return predicate(value);
        double threshold = isFiring ? _clearThreshold : _threshold;
        return Term.Comparison switch
        {
            AlertComparison.Above => value > threshold,
            AlertComparison.AtLeast => value >= threshold,
            AlertComparison.Below => value < threshold,
            AlertComparison.AtMost => value <= threshold,
            AlertComparison.Equal => value == threshold,
            _ => value != threshold,
        };
    }
}
