using System.Collections.Concurrent;
using Varai.Configuration;
using Varai.FeatureFlags.Conditions;
using Varai.FeatureFlags.Definitions;

namespace Varai.FeatureFlags.Declarations;

/// <summary>Refuses nothing: it learns from the configuration's check which other environments define the flags that are declared
/// and not defined here. Their documents are only read when there are such flags.</summary>
internal sealed class OtherEnvironmentsRule(IEnumerable<DeclaredFlags> declared) : IConfigurationRule
{
    private readonly string[] _declared = [.. declared.SelectMany(d => d.Flags).Select(f => f.Name).Distinct(StringComparer.OrdinalIgnoreCase)];
    private readonly ConcurrentDictionary<string, ILookup<string, string>> _found = new(StringComparer.OrdinalIgnoreCase);

    public string Name => "declared feature flags";

    /// <summary>The other environments that define a flag, as of the last check of one environment's document.</summary>
    public IReadOnlyList<string> EnvironmentsOf(string flag, string environment) =>
        _found.TryGetValue(environment, out ILookup<string, string>? found) ? [.. found[flag]] : [];

    public void Validate(ConfigurationRuleContext context)
    {
        HashSet<string> here = NamesIn(context.Root);
        string[] undefined = [.. _declared.Where(name => !here.Contains(name))];
        var found = new List<(string Flag, string Environment)>();
        foreach (string other in undefined.Length == 0 ? [] : context.EnvironmentNames)
        {
            if (other.Equals(context.EnvironmentName, StringComparison.OrdinalIgnoreCase) || context.GetEnvironment(other) is not { } root)
                continue;
            HashSet<string> there = NamesIn(root);
            found.AddRange(undefined.Where(there.Contains).Select(name => (name, other)));
        }

        _found[context.EnvironmentName] = found.ToLookup(f => f.Flag, f => f.Environment, StringComparer.OrdinalIgnoreCase);
    }

    // What is wrong with the flags is for FeatureFlagRule to say.
    private static HashSet<string> NamesIn(ConfigurationNode root) =>
        FlagDocument.Read(root, new FlagErrors(static _ => { })).Definitions.Select(d => d.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
}
