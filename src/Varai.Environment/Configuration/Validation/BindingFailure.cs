using System.Text.RegularExpressions;

namespace Varai.Configuration.Validation;

/// <summary>Turns the binder's exception into an error with a place. The binder's own text quotes the value, which may be a
/// resolved secret, so nothing of it but the key and the type is kept.</summary>
internal static partial class BindingFailure
{
    public static ConfigurationError Describe(Exception exception, string component, ConfigurationNode root)
    {
        Match match = FailedToConvert().Match(exception.Message);
        if (!match.Success)
        {
            return new ConfigurationError(
                $"The component can't be bound: the binder raised {exception.GetType().Name}.",
                OriginOf(root, component), component)
            {
                Check = "binding",
            };
        }

        string key = AsWritten(match.Groups["key"].Value, root);
        ConfigurationNode? node = root.FindKey(key);
        return new ConfigurationError(
            $"The value can't be read as {match.Groups["type"].Value}.", OriginOf(root, key), key)
        {
            Check = "binding",
            Found = node is null ? null : $"{KindName(node)} {CanonicalText(node)}",
        };
    }

    // The binder names a key by its properties.
    private static string AsWritten(string key, ConfigurationNode root)
    {
        string[] names = key.Split(':');
        ConfigurationNode? node = root;
        for (int i = 0; i < names.Length && node is not null; i++)
        {
            int index = node.IndexOf(names[i]);
            if (index >= 0)
                names[i] = node.Members[index].Name;
            node = node.FindKey(names[i]);
        }

        return string.Join(':', names);
    }

    // The first part is greedy: a value may hold the very words that follow it.
    [GeneratedRegex("^.*' at '(?<key>[^']*)' to type '(?<type>[^']*)'", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex FailedToConvert();

    private static ConfigurationOrigin OriginOf(ConfigurationNode root, string key) => (root.FindKey(key) ?? root).Origin;

    private static string KindName(ConfigurationNode node) => node.Kind.ToString().ToLowerInvariant();

    private static string CanonicalText(ConfigurationNode node) => Documents.CanonicalJson.WriteText(node);
}
