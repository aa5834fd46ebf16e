using Varai.Configuration;

namespace Varai.FeatureFlags.Conditions;

/// <summary>Takes what is wrong in the definitions of flags.</summary>
/// <param name="report">Takes an error; null when they are only counted.</param>
internal sealed class FlagErrors(Action<ConfigurationError>? report)
{
    public const string Check = "feature_flags";

    /// <summary>How many errors there were so far: a caller compares before and after to know whether a part is sound.</summary>
    public int Count { get; private set; }

    /// <summary>A key that others are parts of.</summary>
    public FlagKey Root(string name) => report is null ? FlagKey.None : new FlagKey(name);

    public void Report(
        ConfigurationOrigin origin, string key, string message, string? expected = null, string? found = null, string? didYouMean = null)
    {
        Count++;
        report?.Invoke(new ConfigurationError(message, origin, key) { Expected = expected, Found = found, DidYouMean = didYouMean, Check = Check });
    }

    public void Report(
        ConfigurationOrigin origin, FlagKey key, string message, string? expected = null, string? found = null, string? didYouMean = null) =>
        Report(origin, key.ToString(), message, expected, found, didYouMean);

    /// <summary>The kind of a node in words, never its value: a value in the wrong place may be a secret.</summary>
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
