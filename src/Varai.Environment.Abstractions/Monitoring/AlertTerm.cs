using System.Globalization;

namespace Varai.Monitoring;

/// <summary>One comparison of an <see cref="AlertRule"/>.</summary>
public sealed record AlertTerm
{
    /// <summary>What is asked; <see langword="null"/> when <see cref="Compute"/> is set.</summary>
    public MetricQuery? Query { get; init; }

    /// <summary>Reckons one value from the windows, instead of a query; <see langword="null"/> for a missing one. It runs on the thread that
    /// evaluates rules, so it must be quick; what it throws leaves the rule's alerts as they are and shows in its health. Default:
    /// <see langword="null"/>.</summary>
    public Func<IMetricWindows, double?>? Compute { get; init; }

    /// <summary>How a value is compared.</summary>
    public AlertComparison Comparison { get; init; }

    /// <summary>What it is compared with, in the metric's unit.</summary>
    public double Threshold { get; init; }

    /// <summary>Other thresholds by environment, such as a laxer one for <c>staging</c>; names are compared whatever the case. Default: none.</summary>
    public IReadOnlyDictionary<string, double> ThresholdByEnvironment { get; init; } = new Dictionary<string, double>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The threshold while an alert fires, so that a value which wavers around <see cref="Threshold"/> does not end it each time:
    /// fire above 2,000, clear not before 1,500. Default: <see langword="null"/>, the same.</summary>
    public double? ClearThreshold { get; init; }

    /// <summary>Judges a value, instead of a comparison. It runs on the thread that evaluates rules, so it must be quick; what it throws leaves
    /// the rule's alerts as they are and shows in its health. Default: <see langword="null"/>.</summary>
    public Func<double, bool>? Predicate { get; init; }

    /// <summary>The threshold in an environment.</summary>
    /// <param name="environment">The environment's name.</param>
    public double ThresholdIn(string environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        foreach ((string name, double threshold) in ThresholdByEnvironment)
        {
            if (name.Equals(environment, StringComparison.OrdinalIgnoreCase))
                return threshold;
        }

        return Threshold;
    }

    /// <summary>The term close to how Prometheus writes it.</summary>
    public override string ToString()
    {
        string left = Query?.ToString() ?? "a function of the windows";
        return Predicate is null ? string.Create(CultureInfo.InvariantCulture, $"{left} {Operator} {Threshold}") : $"{left} fulfils a function";
    }

    private string Operator => Comparison switch
    {
        AlertComparison.Above => ">",
        AlertComparison.AtLeast => ">=",
        AlertComparison.Below => "<",
        AlertComparison.AtMost => "<=",
        AlertComparison.Equal => "==",
        _ => "!=",
    };
}
