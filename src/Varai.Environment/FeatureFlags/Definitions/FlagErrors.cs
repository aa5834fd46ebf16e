using Varai.Configuration;

namespace Varai.FeatureFlags.Definitions;

/// <summary>Reports what is wrong in the definitions of flags, with its place.</summary>
internal sealed class FlagErrors(Action<ConfigurationError> report)
{
    public int Count { get; private set; }

    public void Add(ConfigurationNode? node, string key, string message, string? expected = null, string? found = null, string? didYouMean = null) =>
        Add(node?.Origin ?? new ConfigurationOrigin("", 0, 0), key, message, expected, found, didYouMean);

    public void Add(ConfigurationOrigin origin, string key, string message, string? expected = null, string? found = null, string? didYouMean = null)
    {
        Count++;
        report(new ConfigurationError(message, origin, key)
        {
            Expected = expected,
            Found = found,
            DidYouMean = didYouMean,
            Check = FeatureFlagReader.Component,
        });
    }

    /// <summary>Reports a member that is not one of the known ones.</summary>
    public void AddUnknownMember(ConfigurationMember member, string key, string message, string[] known) => Add(
        member.NameOrigin,
        $"{key}:{member.Name}",
        message,
        $"one of {string.Join(", ", known)}",
        $"'{member.Name}'",
        Spelling.Nearest(member.Name, known));

    /// <summary>The kind only: a value in the wrong place may be a secret.</summary>
    public static string Describe(ConfigurationNode node) => node.Kind switch
    {
        ConfigurationNodeKind.String when bool.TryParse(node.Text, out _) => "a string; leave out the quotes",
        ConfigurationNodeKind.String => "a string",
        ConfigurationNodeKind.Number => "a number",
        ConfigurationNodeKind.Boolean => "a boolean",
        ConfigurationNodeKind.Array => "an array",
        ConfigurationNodeKind.Object => "an object",
        _ => "null",
    };
}
