using Varai.Configuration;

namespace Varai.FeatureFlags.Conditions;

/// <summary>What a condition is compiled from.</summary>
/// <param name="Flag">The flag's name, as it is hashed.</param>
/// <param name="Rule">What to call the condition in reasons and explanations, such as
/// <c>conditions.client_filters[0] (Microsoft.Targeting)</c>.</param>
/// <param name="Node">The filter's whole node: where a missing parameter is reported.</param>
/// <param name="Parameters">Its parameters; null when there are none.</param>
/// <param name="Key">The configuration key of the parameters, for errors.</param>
/// <param name="Errors">Takes what is wrong.</param>
internal readonly record struct ConditionSource(
    string Flag, string Rule, ConfigurationNode Node, ConfigurationNode? Parameters, FlagKey Key, FlagErrors Errors)
{
    /// <summary>A parameter, whatever the case of its name; null when it is absent or null.</summary>
    public ConfigurationNode? Find(string name) =>
        Parameters?.Find(name) is { Kind: not ConfigurationNodeKind.Null } node ? node : null;

    /// <summary>Reports an error at a parameter.</summary>
    /// <param name="node">Where; the filter itself when the parameter is missing.</param>
    /// <param name="name">The parameter's name below <see cref="Key"/>, such as <c>Recurrence:Pattern:Type</c>; empty for the parameters.</param>
    /// <param name="message">What is wrong, in one sentence.</param>
    /// <param name="expected">What was expected.</param>
    /// <param name="found">What was found; never a value that may be a secret.</param>
    public void Report(ConfigurationNode? node, string name, string message, string? expected = null, string? found = null) =>
        Errors.Report((node ?? Parameters ?? Node).Origin, name.Length == 0 ? Key : Key.Of(name), message, expected, found);
}
