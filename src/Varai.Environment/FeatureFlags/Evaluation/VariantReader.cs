using System.Globalization;
using Varai.Configuration;
using Varai.FeatureFlags.Bucketing;
using Varai.FeatureFlags.Conditions;
using Varai.FeatureFlags.Definitions;

namespace Varai.FeatureFlags.Evaluation;

/// <summary>Reads the variants of a flag and how they are allocated.</summary>
internal sealed class VariantReader
{
    private const string AllocationName = "allocation";

    private readonly RuleNames _users = new($"{AllocationName}.user");
    private readonly RuleNames _groups = new($"{AllocationName}.group");
    private readonly RuleNames _percentiles = new($"{AllocationName}.percentile");

    /// <summary>The variants of a flag.</summary>
    public static CompiledVariant[] ReadVariants(FlagMembers members, bool isStrict)
    {
        ReadOnlySpan<ConfigurationNode> items = members.Array("variants", "The variants of a feature flag");
        if (items.IsEmpty)
            return [];
        var variants = new CompiledVariant[items.Length];
        int count = 0;
        for (int i = 0; i < items.Length; i++)
        {
            if (members.Item(items[i], "variants", i) is not { } item)
                continue;
            item.RefuseUnknown("A variant", "name", "configuration_value", "status_override");
            string? name = item.Text("name", "The name of a variant");
            StatusOverride status = item.Choice("status_override", "A status override", StatusOverride.None);
            if (string.IsNullOrEmpty(name))
            {
                if (isStrict && item.Find("name") is null or { Text: "" })
                    item.Report(null, "", "A variant needs a name.", "a member 'name'", "none");
                continue;
            }

            ConfigurationNode? value = item.Find("configuration_value");
            if (value is not null)
                FlagCompiler.RefuseSecrets(value, item.Key.Of("configuration_value"), "The value of a variant", item.Errors);
            if (AllocationTargets.Find(variants.AsSpan(0, count), name) is not null)
            {
                if (isStrict)
                    item.Report(item.Find("name"), "name", $"The variant '{name}' is defined twice.");
                continue;
            }

            string rule = status == StatusOverride.None ? "" : string.Create(CultureInfo.InvariantCulture, $"variants[{i}].status_override ({name})");
            variants[count++] = new CompiledVariant(new FlagVariant(name, value), status, rule);
        }

        return count == variants.Length ? variants : variants[..count];
    }

    /// <summary>The allocation of a flag; null when there are no variants, or nothing allocates them.</summary>
    public CompiledAllocation? ReadAllocation(string flag, FlagMembers members, CompiledVariant[] variants, bool isStrict)
    {
        if (members.Object(AllocationName, "The allocation of variants") is not { } allocation)
            return null;
        allocation.RefuseUnknown("The allocation of variants", "default_when_enabled", "default_when_disabled", "user", "group", "percentile", "seed");
        string? seed = allocation.Text("seed", "The seed of an allocation");
        if (seed is "")
            allocation.Report(allocation.Find("seed"), "seed", "The seed of an allocation is empty; leave it out for the flag's own.");

        var targets = new AllocationTargets(variants, isStrict);
        var compiled = new CompiledAllocation
        {
            WhenEnabled = targets.Find(allocation, "default_when_enabled"),
            WhenDisabled = targets.Find(allocation, "default_when_disabled"),
            Users = ReadNamed(allocation, "user", "users", _users, targets),
            Groups = ReadNamed(allocation, "group", "groups", _groups, targets),
            Percentiles = ReadPercentiles(allocation, targets),
            Seed = seed is null ? MicrosoftBucket.Suffix(AllocationName, flag) : MicrosoftBucket.Suffix(seed),
        };
        return variants.Length == 0 ? null : compiled;
    }

    private static AllocationRule[] ReadNamed(
        FlagMembers allocation, string name, string listName, RuleNames names, AllocationTargets targets)
    {
        // Nothing is put together for a message that is hardly ever needed.
        if (allocation.Find(name) is null)
            return [];
        ReadOnlySpan<ConfigurationNode> items = allocation.Array(name, $"The {name} rules of an allocation");
        var rules = new AllocationRule[items.Length];
        int count = 0;
        for (int i = 0; i < items.Length; i++)
        {
            if (allocation.Item(items[i], name, i) is not { } item)
                continue;
            item.RefuseUnknown($"A {name} rule of an allocation", "variant", listName);
            if (item.Find(listName) is null)
                item.Report(null, "", $"A {name} rule of an allocation needs {listName}.", $"a member '{listName}' with an array of strings", "none");
            rules[count++] = new AllocationRule(names.Of(i), targets.Require(item), item.Texts(listName, $"The {listName} of an allocation rule"));
        }

        return count == rules.Length ? rules : rules[..count];
    }

    private PercentileRule[] ReadPercentiles(FlagMembers allocation, AllocationTargets targets)
    {
        ReadOnlySpan<ConfigurationNode> items = allocation.Array("percentile", "The percentile rules of an allocation");
        if (items.IsEmpty)
            return [];
        var rules = new PercentileRule[items.Length];
        int count = 0;
        for (int i = 0; i < items.Length; i++)
        {
            if (allocation.Item(items[i], "percentile", i) is not { } item)
                continue;
            item.RefuseUnknown("A percentile rule of an allocation", "variant", "from", "to");
            double from = item.Percentage("from", "The start of a percentile", fallback: 0);
            double to = item.Percentage("to", "The end of a percentile", fallback: 0);
            if (from > to)
                item.Report(item.Find("from"), "from", "A percentile ends before it begins.", "'from' at most 'to'",
                    string.Create(CultureInfo.InvariantCulture, $"{from} to {to}"));
            else
                rules[count++] = new PercentileRule(_percentiles.Of(i), targets.Require(item), new BucketRange(from, to));
        }

        return count == rules.Length ? rules : rules[..count];
    }
}
