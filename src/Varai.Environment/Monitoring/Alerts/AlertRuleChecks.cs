using System.Globalization;

namespace Varai.Monitoring.Alerts;

/// <summary>What is wrong with a rule, as far as that can be said without asking.</summary>
internal static class AlertRuleChecks
{
    /// <returns>The problems, each a sentence that begins with the rule's name.</returns>
    public static IReadOnlyList<string> Find(AlertRule rule)
    {
        var problems = new List<string>();
        if (string.IsNullOrWhiteSpace(rule.Name))
            Add("has no name");
        if (rule.For < TimeSpan.Zero)
            Add($"has the negative duration {rule.For} in {nameof(rule.For)}");
        if (rule.KeepFiringFor < TimeSpan.Zero)
            Add($"has the negative duration {rule.KeepFiringFor} in {nameof(rule.KeepFiringFor)}");
        if (rule.OutOf is < 1 or > 64 || rule.Occurrences < 1 || rule.Occurrences > rule.OutOf)
            Add(string.Create(CultureInfo.InvariantCulture, $"asks for {rule.Occurrences} of {rule.OutOf} evaluations: at least one of up to 64 are possible"));
        if (!Enum.IsDefined(rule.Severity))
            Add($"has the unknown severity {rule.Severity}");
        if (!Enum.IsDefined(rule.NoData))
            Add($"has the unknown policy {rule.NoData} for missing values");
        CheckTerms();
        CheckTemplates("label", rule.Labels, isLabel: true);
        CheckTemplates("annotation", rule.Annotations, isLabel: false);
        return problems;

        void CheckTerms()
        {
            if (rule.Terms.Count == 0)
                Add("compares nothing");
            foreach (AlertTerm term in rule.Terms)
            {
                if (term.Query is null == term.Compute is null)
                    Add("has a term that asks neither or both of a query and a function of the windows");
                if (term.Predicate is not null)
                    continue;
                if (!Enum.IsDefined(term.Comparison))
                    Add($"has the unknown comparison {term.Comparison}");
                if (double.IsNaN(term.Threshold) || term.ThresholdByEnvironment.Values.Any(double.IsNaN))
                    Add("has a threshold that is not a number");
                if (term.ClearThreshold is { } clear && !IsLaxer(term.Comparison, clear, term.Threshold))
                    Add(string.Create(CultureInfo.InvariantCulture, $"fires at {term.Threshold} and would be cleared at {clear}, which is the wrong side: the threshold while it fires must be easier to hold"));
            }

            if (rule.Terms.Select(t => GroupingOf(t.Query)).Distinct(StringComparer.Ordinal).Skip(1).Any())
                Add("has terms that group by different labels, so that none of their groups are the same");
        }

        void CheckTemplates(string kind, IReadOnlyDictionary<string, string> templates, bool isLabel)
        {
            foreach ((string name, string text) in templates)
            {
                if (name.Length == 0 || (isLabel && name == Alert.NameLabel))
                    Add($"has the {kind} '{name}', which can't be set");
                try
                {
                    if (AlertTemplate.Parse(text).UsesValue && isLabel)
                        Add($"has the value in the label '{name}', which would make another alert of each value: put it into an annotation");
                }
                catch (FormatException e)
                {
                    Add($"has the {kind} '{name}', which is not a template: {e.Message.TrimEnd('.')}");
                }
            }
        }

        void Add(string problem) => problems.Add($"The alert rule '{rule.Name}' {problem}.");
    }

    /// <exception cref="ArgumentException">Something is wrong with it.</exception>
    public static void ThrowIfInvalid(AlertRule rule, string parameter)
    {
        IReadOnlyList<string> problems = Find(rule);
        if (problems.Count > 0)
            throw new ArgumentException(string.Join(' ', problems), parameter);
    }

    private static bool IsLaxer(AlertComparison comparison, double clear, double threshold) => comparison switch
    {
        AlertComparison.Above or AlertComparison.AtLeast => clear <= threshold,
        AlertComparison.Below or AlertComparison.AtMost => clear >= threshold,
        _ => false,
    };

    private static string GroupingOf(MetricQuery? query) => query is null
        ? ""
        : query.Grouping is null ? "\0" : string.Join('\u0001', query.Grouping);
}
