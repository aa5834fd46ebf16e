using Varai.Configuration;

namespace Varai.FeatureFlags.Definitions;

/// <summary>Reads the variants and the allocation of Microsoft's schema.</summary>
internal sealed class MicrosoftVariantReader(FlagErrors errors)
{
    public List<FeatureVariant> ReadVariants(ConfigurationNode? node, string key)
    {
        var variants = new List<FeatureVariant>();
        for (int i = 0; node is not null && i < node.Items.Count; i++)
        {
            ConfigurationNode item = node.Items[i];
            if (item.FindValue("name") is not { Text: { Length: > 0 } name })
                continue;
            FeatureStatusOverride status = default;
            if (item.FindValue("status_override") is { } wanted && wanted.Text is not "" && !wanted.TryReadName(out status))
            {
                errors.Add(
                    wanted, $"{NodeReading.At(key, i)}:status_override", "There is no such status.",
                    $"one of {string.Join(", ", Enum.GetNames<FeatureStatusOverride>())}", FlagErrors.Describe(wanted));
            }

            // The first of a name counts.
            if (!variants.Exists(v => v.Name == name))
                variants.Add(new FeatureVariant(name, item.FindValue("configuration_value")) { StatusOverride = status });
        }

        return variants;
    }

    public FeatureAllocation? ReadAllocation(ConfigurationNode? node, string key)
    {
        if (node is null || node.Members.Count == 0)
            return null;
        if (node.FindValue("seed") is { Text: "" } seed)
            errors.Add(seed, $"{key}:seed", "The seed of an allocation is empty.", "text", "none");
        return new FeatureAllocation
        {
            Node = node,
            DefaultWhenEnabled = node.FindValue("default_when_enabled")?.Text,
            DefaultWhenDisabled = node.FindValue("default_when_disabled")?.Text,
            Users = ReadEntries(node, key, "user", (item, _, variant) => new VariantTargets(variant, ReadNames(item, "users")) { Node = item }),
            Groups = ReadEntries(node, key, "group", (item, _, variant) => new VariantTargets(variant, ReadNames(item, "groups")) { Node = item }),
            Percentiles = ReadEntries(
                node, key, "percentile", (item, at, variant) => new VariantPercentile(variant, ReadBound(item, "from", at), ReadBound(item, "to", at)) { Node = item }),
            Seed = node.FindValue("seed")?.Text,
        };
    }

    private List<T> ReadEntries<T>(ConfigurationNode node, string key, string name, Func<ConfigurationNode, string, string, T> read)
    {
        var entries = new List<T>();
        for (int i = 0; node.FindValue(name) is { } list && i < list.Items.Count; i++)
        {
            ConfigurationNode item = list.Items[i];
            string at = NodeReading.At($"{key}:{name}", i);
            if (item.FindValue("variant") is { Text: { Length: > 0 } variant })
                entries.Add(read(item, at, variant));
            else
                errors.Add(item, at, "The variant's name is missing.", "a member 'variant'", "none");
        }

        return entries;
    }

    private static IEnumerable<string> ReadNames(ConfigurationNode item, string name) =>
        item.FindValue(name)?.Items.Select(i => i.Text).OfType<string>() ?? [];

    private double ReadBound(ConfigurationNode item, string name, string at) =>
        item.FindValue(name) is { Text: not "" } value ? NodeReading.ReadPercentage(value, $"{at}:{name}", errors) ?? 0 : 0;
}
