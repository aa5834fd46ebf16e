using System.Collections.Frozen;
using Varai.Configuration;
using Varai.FeatureFlags.Definitions;

namespace Varai.FeatureFlags.Engine;

/// <summary>Makes Microsoft's targeting filter ready to be asked.</summary>
internal static class TargetingCompiler
{
    public static TargetingTest? Compile(FilterCondition condition, string flag, string key, FlagErrors errors)
    {
        if (condition.Parameters?.FindValue("Audience") is not { } audience)
        {
            errors.Add(condition.Parameters ?? condition.Node, key, "A targeting filter needs an audience.", "a member 'Audience'", "none");
            return null;
        }

        int before = errors.Count;
        string at = $"{key}:Audience";
        double everybody = audience.FindValue("DefaultRolloutPercentage") is { } share
            ? NodeReading.ReadPercentage(share, $"{at}:DefaultRolloutPercentage", errors) ?? 0
            : 0;
        var groups = new Dictionary<string, TargetingShare>(StringComparer.Ordinal);
        IReadOnlyList<ConfigurationNode> items = audience.FindValue("Groups")?.Items ?? [];
        for (int i = 0; i < items.Count; i++)
        {
            double percentage = items[i].FindValue("RolloutPercentage") is { } rollout
                ? NodeReading.ReadPercentage(rollout, $"{NodeReading.At($"{at}:Groups", i)}:RolloutPercentage", errors) ?? 0
                : 0;
            if (items[i].FindValue("Name")?.Text is { } name)
                groups.TryAdd(name, new TargetingShare(percentage, $"{flag}\n{name}"));
        }

        ConfigurationNode? exclusion = audience.FindValue("Exclusion");
        return errors.Count > before ? null : new TargetingTest(
            Names(exclusion, "Users"), Names(exclusion, "Groups"), Names(audience, "Users"), groups.ToFrozenDictionary(StringComparer.Ordinal),
            new TargetingShare(everybody, flag));
    }

    private static FrozenSet<string> Names(ConfigurationNode? node, string name) =>
        node?.FindValue(name)?.Items.Select(item => item.Text).OfType<string>().ToFrozenSet(StringComparer.Ordinal) ?? FrozenSet<string>.Empty;
}
