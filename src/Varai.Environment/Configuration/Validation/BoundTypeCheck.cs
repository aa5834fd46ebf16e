using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Varai.Configuration.Documents;
using Varai.Configuration.Layers;
using Varai.Secrets;

namespace Varai.Configuration.Validation;

/// <summary>Holds a component against the type it is bound to, all of it: keys that no property takes, values of another shape,
/// texts that can't be converted. The binder passes over the first two in silence, as it does over items of a list that it
/// can't convert, and stops at the first of the rest.</summary>
/// <param name="allowUnknownKeys">Whether keys that no property takes are passed over.</param>
/// <param name="refused">Takes the keys whose value can't be bound.</param>
/// <param name="report">Takes each error.</param>
[RequiresUnreferencedCode("Reads the properties of a bound type.")]
internal sealed class BoundTypeCheck(bool allowUnknownKeys, HashSet<string> refused, Action<ConfigurationError> report)
{
    private const int MostNamesShown = 20;

    /// <summary>Checks a value and everything below it.</summary>
    /// <param name="type">What it is bound to.</param>
    /// <param name="section">What <c>IConfiguration</c> shows of it: overridden, secrets resolved.</param>
    /// <param name="node">What the document holds.</param>
    /// <param name="key">Its key as written.</param>
    public void Check(Type type, IConfigurationSection section, ConfigurationNode node, string key)
    {
        if (node.Kind == ConfigurationNodeKind.Null || type == typeof(object))
            return;
        Type bare = Nullable.GetUnderlyingType(type) ?? type;
        bool isContainer = node.Kind is ConfigurationNodeKind.Object or ConfigurationNodeKind.Array;
        if (IsScalar(bare))
        {
            if (isContainer && bare != typeof(byte[]))
                RefuseShape(bare, node, key);
            else if (!isContainer)
                CheckText(type, bare, section, node, key);
        }
        else if (BoundProperties.ItemType(bare, out bool isDictionary) is { } itemType)
        {
            if (isContainer)
                CheckItems(itemType, section, node, key);
            else
                Refuse(node, key, "The value has the wrong shape.", isDictionary ? "an object" : "an array");
        }
        else if (BoundProperties.IsComplex(bare))
        {
            if (node.Kind == ConfigurationNodeKind.Object)
                CheckMembers(bare, section, node, key);
            else
                RefuseShape(bare, node, key);
        }
    }

    private static bool IsScalar(Type type) =>
        type == typeof(string) || type == typeof(byte[]) || TypeDescriptor.GetConverter(type).CanConvertFrom(typeof(string));

    private void CheckItems(Type itemType, IConfigurationSection section, ConfigurationNode node, string key)
    {
        for (int i = 0; i < node.Items.Count; i++)
        {
            string index = i.ToString(CultureInfo.InvariantCulture);
            Check(itemType, section.GetSection(index), node.Items[i], $"{key}:{index}");
        }

        foreach (ConfigurationMember member in node.Members)
            Check(itemType, section.GetSection(member.Name), member.Value, $"{key}:{member.Name}");
    }

    private void CheckMembers(Type type, IConfigurationSection section, ConfigurationNode node, string key)
    {
        IReadOnlyDictionary<string, PropertyInfo> properties = BoundProperties.Of(type);
        foreach (ConfigurationMember member in node.Members)
        {
            string memberKey = $"{key}:{member.Name}";
            if (properties.TryGetValue(member.Name, out PropertyInfo? property))
            {
                Check(property.PropertyType, section.GetSection(member.Name), member.Value, memberKey);
            }
            else if (!allowUnknownKeys)
            {
                report(new ConfigurationError($"{type.Name} has no property for this key.", member.NameOrigin, memberKey)
                {
                    Check = "binding",
                    DidYouMean = Spelling.Nearest(member.Name, properties.Keys),
                });
            }
        }
    }

    private void CheckText(Type type, Type bare, IConfigurationSection section, ConfigurationNode node, string key)
    {
        if (section.Value is not { } text || bare == typeof(string) || (text.Length == 0 && bare != type))
            return;
        try
        {
            _ = bare == typeof(byte[])
                ? Convert.FromBase64String(text)
                : TypeDescriptor.GetConverter(bare).ConvertFromInvariantString(text);
        }
        catch (Exception)
        {
            // Converters throw what they like; their text quotes the value, which may be a resolved secret.
            bool isOverridden = !SecretReferences.MayContain(node.Text) && text != KeyIndex.TextOf(node);
            string[] names = bare.IsEnum ? Enum.GetNames(bare) : [];
            refused.Add(key);
            report(new ConfigurationError(
                isOverridden
                    ? $"The value that another source of the host's configuration puts in the place of this one can't be read as {bare}."
                    : $"The value can't be read as {bare}.",
                node.Origin,
                key)
            {
                Check = "binding",
                Expected = names.Length is > 0 and <= MostNamesShown ? string.Join(", ", names) : null,
                Found = isOverridden ? null : BindingFailure.Show(node),
                DidYouMean = isOverridden || node.Kind != ConfigurationNodeKind.String ? null : Spelling.Nearest(node.Text!, names),
            });
        }
    }

    private void RefuseShape(Type type, ConfigurationNode node, string key) =>
        Refuse(node, key, $"The value can't be read as {type}.", IsScalar(type) ? "one value" : "an object");

    private void Refuse(ConfigurationNode node, string key, string message, string expected)
    {
        refused.Add(key);
        report(new ConfigurationError(message, node.Origin, key)
        {
            Check = "binding",
            Expected = expected,
            Found = node.Kind is ConfigurationNodeKind.Object or ConfigurationNodeKind.Array ? DocumentText.Describe(node.Kind) : BindingFailure.Show(node),
        });
    }
}
