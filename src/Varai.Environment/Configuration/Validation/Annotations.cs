using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;

namespace Varai.Configuration.Validation;

/// <summary>Checks <c>System.ComponentModel.DataAnnotations</c> on a bound instance and everything it holds, and gives each
/// failure the place of its key.</summary>
[RequiresUnreferencedCode("Reads the properties and annotations of a bound type.")]
internal static class Annotations
{
    public static void Validate(object value, string key, ConfigurationNode root, Action<ConfigurationError> report)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(value, new ValidationContext(value), results, validateAllProperties: true);
        IReadOnlyDictionary<string, PropertyInfo> properties = BoundProperties.Of(value.GetType());
        foreach (ValidationResult result in results)
        {
            string?[] members = [.. result.MemberNames.DefaultIfEmpty(null)];
            foreach (string? member in members)
            {
                string at = BindingFailure.AsWritten(member is null ? key : $"{key}:{KeyOf(properties, member)}", root);
                ConfigurationNode? node = root.FindKey(at);
                report(new ConfigurationError(
                    result.ErrorMessage ?? "The value is not valid.", (node ?? root.FindKey(key) ?? root).Origin, at)
                {
                    Check = "annotations",
                    Found = node is null ? "nothing" : CanonicalJson.WriteText(node),
                });
            }
        }

        foreach ((string name, PropertyInfo property) in properties)
        {
            if (property.GetValue(value) is { } child)
                Descend(child, $"{key}:{name}", root, report);
        }
    }

    private static void Descend(object child, string key, ConfigurationNode root, Action<ConfigurationError> report)
    {
        switch (child)
        {
            case string:
                break;
            case IDictionary dictionary:
                foreach (DictionaryEntry entry in dictionary)
                {
                    if (entry.Value is not null)
                        Descend(entry.Value, $"{key}:{entry.Key}", root, report);
                }

                break;
            case IEnumerable items:
                int index = 0;
                foreach (object? item in items)
                {
                    if (item is not null)
                        Descend(item, $"{key}:{index.ToString(CultureInfo.InvariantCulture)}", root, report);
                    index++;
                }

                break;
            default:
                // What is not in the document was not bound from it: a computed property may point back to its owner.
                if (BoundProperties.IsComplex(child.GetType()) && root.FindKey(key) is not null)
                    Validate(child, key, root, report);
                break;
        }
    }

    private static string KeyOf(IReadOnlyDictionary<string, PropertyInfo> properties, string member) =>
        properties.FirstOrDefault(p => p.Value.Name == member).Key ?? member;
}
