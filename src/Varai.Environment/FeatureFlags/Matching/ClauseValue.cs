using Varai.Configuration;
using Varai.FeatureFlags.Conditions;

namespace Varai.FeatureFlags.Matching;

/// <summary>One value that a clause is written with.</summary>
/// <param name="Node">Where it is written.</param>
/// <param name="Clause">The configuration key of the clause.</param>
/// <param name="Index">Where it stands in <c>values</c>; null when it is the one <c>value</c>.</param>
/// <param name="Number">The number, when it is one.</param>
internal readonly record struct ClauseValue(ConfigurationNode Node, FlagKey Clause, int? Index, double Number)
{
    /// <summary>Its configuration key.</summary>
    public FlagKey Key => Index is { } index ? Clause.Of("values", index) : Clause.Of("value");

    public bool IsText => Node.Kind == ConfigurationNodeKind.String;

    public bool IsNumber => Node.Kind == ConfigurationNodeKind.Number;

    public bool IsBoolean => Node.Kind == ConfigurationNodeKind.Boolean;

    /// <summary>The value as text, as it is written.</summary>
    public string Text => Node.Text!;
}
