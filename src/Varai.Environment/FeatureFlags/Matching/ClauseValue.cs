using Varai.Configuration;

namespace Varai.FeatureFlags.Matching;

/// <summary>One value that a clause is written with.</summary>
/// <param name="Node">Where it is written.</param>
/// <param name="Key">Its configuration key.</param>
/// <param name="Number">The number, when it is one.</param>
internal readonly record struct ClauseValue(ConfigurationNode Node, string Key, double Number)
{
    public bool IsText => Node.Kind == ConfigurationNodeKind.String;

    public bool IsNumber => Node.Kind == ConfigurationNodeKind.Number;

    public bool IsBoolean => Node.Kind == ConfigurationNodeKind.Boolean;

    /// <summary>The value as text, as it is written.</summary>
    public string Text => Node.Text!;
}
