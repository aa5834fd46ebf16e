namespace Varai.Monitoring;

/// <summary>The alert rules of this service and what they say. Present after <c>AddAlertRules()</c> or <c>AddAlertRule()</c>.</summary>
/// <remarks>Every member is safe from any thread.</remarks>
public interface IAlertRules
{
    /// <summary>All rules as they stand, ordered by name.</summary>
    IReadOnlyList<AlertRuleStatus> GetStatus();

    /// <summary>Why a rule's alerts are as they are: its state, and what its queries give now with the samples they are made of.</summary>
    /// <param name="rule">The rule's name.</param>
    /// <exception cref="ArgumentException">There is no such rule.</exception>
    AlertRuleExplanation Explain(string rule);
}
