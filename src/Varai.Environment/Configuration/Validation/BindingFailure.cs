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

        string key = match.Groups["key"].Value;
        ConfigurationNode? node = root.FindKey(key);
        return new ConfigurationError(
            $"The value can't be read as {match.Groups["type"].Value}.", OriginOf(root, key), key)
        {
            Check = "binding",
            Found = node is null ? null : $"{KindName(node)} {CanonicalText(node)}",
        };
    }

    // The first part is greedy: a value may hold the very words that follow it.
    [GeneratedRegex("^.*' at '(?<key>[^']*)' to type '(?<type>[^']*)'", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex FailedToConvert();

    private static ConfigurationOrigin OriginOf(ConfigurationNode root, string key) => (root.FindKey(key) ?? root).Origin;

    private static string KindName(ConfigurationNode node) => node.Kind.ToString().ToLowerInvariant();

    private static string CanonicalText(ConfigurationNode node) => Documents.CanonicalJson.WriteText(node);
}
