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

    private readonly string _flag;
    private readonly FlagMembers _members;
    private readonly bool _isStrict;
    private readonly List<CompiledVariant> _variants = [];

    public VariantReader(string flag, FlagMembers members, bool filtersFail)
    {
        _flag = flag;
        _members = members;
        _isStrict = filtersFail;
        ReadVariants();
    }

    public IReadOnlyList<CompiledVariant> Variants => _variants;

    /// <summary>The allocation; null when there are no variants, or nothing allocates them.</summary>
    public CompiledAllocation? ReadAllocation()
    {
        if (_members.Object(AllocationName, "The allocation of variants") is not { } allocation)
            return null;
        allocation.RefuseUnknown("The allocation of variants", "default_when_enabled", "default_when_disabled", "user", "group", "percentile", "seed");
        string seed = allocation.Text("seed", "The seed of an allocation") ?? $"allocation\n{_flag}";
        if (seed.Length == 0)
            allocation.Report(allocation.Find("seed"), "seed", "The seed of an allocation is empty; leave it out for the flag's own.");

        var compiled = new CompiledAllocation
        {
            WhenEnabled = Find(allocation, "default_when_enabled"),
            WhenDisabled = Find(allocation, "default_when_disabled"),
            Users = ReadNamed(allocation, "user", "users"),
            Groups = ReadNamed(allocation, "group", "groups"),
            Percentiles = ReadPercentiles(allocation),
            Seed = MicrosoftBucket.Suffix(seed),
        };
        return _variants.Count == 0 ? null : compiled;
    }

    private void ReadVariants()
    {
        List<FlagMembers> items = _members.Objects("variants", "The variants of a feature flag");
        for (int i = 0; i < items.Count; i++)
        {
            FlagMembers item = items[i];
            item.RefuseUnknown("A variant", "name", "configuration_value", "status_override");
            string? name = item.Text("name", "The name of a variant");
            StatusOverride status = item.Choice("status_override", "A status override", StatusOverride.None);
            if (string.IsNullOrEmpty(name))
            {
                if (_isStrict && item.Find("name") is null or { Text: "" })
                    item.Report(null, "", "A variant needs a name.", "a member 'name'", "none");
                continue;
            }

            ConfigurationNode? value = item.Find("configuration_value");
            if (value is not null)
                FlagCompiler.RefuseSecrets(value, $"{item.Key}:configuration_value", "The value of a variant", item.Errors);
            if (_variants.Exists(v => v.Variant.Name == name))
            {
                if (_isStrict)
                    item.Report(item.Find("name"), "name", $"The variant '{name}' is defined twice.");
                continue;
            }

            string index = i.ToString(CultureInfo.InvariantCulture);
            _variants.Add(new CompiledVariant(new FlagVariant(name, value), status, $"variants[{index}].status_override ({name})"));
        }
    }

    private AllocationRule[] ReadNamed(FlagMembers allocation, string name, string listName)
    {
        List<FlagMembers> items = allocation.Objects(name, $"The {name} rules of an allocation");
        var rules = new AllocationRule[items.Count];
        for (int i = 0; i < rules.Length; i++)
        {
            items[i].RefuseUnknown($"A {name} rule of an allocation", "variant", listName);
            if (items[i].Find(listName) is null)
                items[i].Report(null, "", $"A {name} rule of an allocation needs {listName}.", $"a member '{listName}' with an array of strings", "none");
            rules[i] = new AllocationRule(Rule(name, i), Require(items[i]), items[i].Texts(listName, $"The {listName} of an allocation rule"));
        }

        return rules;
    }

    private PercentileRule[] ReadPercentiles(FlagMembers allocation)
    {
        List<FlagMembers> items = allocation.Objects("percentile", "The percentile rules of an allocation");
        var rules = new List<PercentileRule>(items.Count);
        for (int i = 0; i < items.Count; i++)
        {
            FlagMembers item = items[i];
            item.RefuseUnknown("A percentile rule of an allocation", "variant", "from", "to");
            double from = item.Percentage("from", "The start of a percentile", fallback: 0);
            double to = item.Percentage("to", "The end of a percentile", fallback: 0);
            if (from > to)
                item.Report(item.Find("from"), "from", "A percentile ends before it begins.", "'from' at most 'to'",
                    string.Create(CultureInfo.InvariantCulture, $"{from} to {to}"));
            else
                rules.Add(new PercentileRule(Rule("percentile", i), Require(item), new BucketRange(from, to)));
        }

        return [.. rules];
    }

    private CompiledVariant? Require(FlagMembers rule)
    {
        if (_isStrict && rule.Find("variant") is null)
            rule.Report(null, "", "A rule of an allocation needs a variant.", "a member 'variant' with the name of a variant", "none");
        return Find(rule, "variant");
    }

    // Microsoft's files may name a variant that does not exist, and then the default counts; in ours it is a mistake.
    private CompiledVariant? Find(FlagMembers members, string name)
    {
        if (members.Text(name, "The name of a variant") is not { } wanted)
            return null;
        CompiledVariant? found = _variants.Find(v => v.Variant.Name == wanted);
        if (found is null && _isStrict)
        {
            string[] names = [.. _variants.Select(v => v.Variant.Name)];
            members.Errors.Report(members.Find(name)!.Origin, $"{members.Key}:{name}", "The flag has no such variant.",
                names.Length == 0 ? "the name of a variant; there are none" : $"one of {string.Join(", ", names)}", $"'{wanted}'", Spelling.Nearest(wanted, names));
        }

        return found;
    }

    private static string Rule(string name, int index) => $"{AllocationName}.{name}[{index.ToString(CultureInfo.InvariantCulture)}]";
}
