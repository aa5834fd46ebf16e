using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Varai.Configuration.Documents;

namespace Varai.Configuration.Validation;

/// <summary>Finds the keys of a component that no property of its type takes: mostly misspelt ones, which the binder passes
/// over in silence.</summary>
[RequiresUnreferencedCode("Reads the properties of a bound type.")]
internal static class UnknownKeys
{
    public static void Find(Type type, ConfigurationNode node, string key, Action<ConfigurationError> report)
    {
        if (BoundProperties.ItemType(type, out bool isDictionary) is { } itemType)
        {
            for (int i = 0; i < node.Items.Count && !isDictionary; i++)
                Find(itemType, node.Items[i], $"{key}:{i.ToString(System.Globalization.CultureInfo.InvariantCulture)}", report);
            foreach (ConfigurationMember member in node.Members)
                Find(itemType, member.Value, $"{key}:{member.Name}", report);
            return;
        }

        if (node.Kind != ConfigurationNodeKind.Object || !BoundProperties.IsComplex(type))
            return;

        IReadOnlyDictionary<string, PropertyInfo> properties = BoundProperties.Of(type);
        foreach (ConfigurationMember member in node.Members)
        {
            string memberKey = $"{key}:{member.Name}";
            if (properties.TryGetValue(member.Name, out PropertyInfo? property))
            {
                Find(property.PropertyType, member.Value, memberKey, report);
                continue;
            }

            report(new ConfigurationError($"{type.Name} has no property for this key.", member.NameOrigin, memberKey)
            {
                Check = "binding",
                DidYouMean = Spelling.Nearest(member.Name, properties.Keys),
            });
        }
    }
}
