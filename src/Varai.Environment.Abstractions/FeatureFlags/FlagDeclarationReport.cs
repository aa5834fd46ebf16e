using System.Text;

namespace Varai.FeatureFlags;

/// <summary>Where the flags that code declares and the flags that are defined differ.</summary>
/// <param name="Undefined">Declared flags that this environment does not define, by name.</param>
/// <param name="Undeclared">Defined flags that no code declares, in the order of the definitions.</param>
/// <param name="Mismatched">Declared flags whose definition does not fit their type, by name.</param>
public sealed record FlagDeclarationReport(
    IReadOnlyList<UndefinedFlag> Undefined, IReadOnlyList<string> Undeclared, IReadOnlyList<MismatchedFlag> Mismatched)
{
    /// <summary>Whether declarations and definitions agree.</summary>
    public bool IsClean => Undefined.Count + Undeclared.Count + Mismatched.Count == 0;

    /// <summary>The differences, one per line.</summary>
    public override string ToString()
    {
        if (IsClean)
            return "Every declared feature flag is defined, and every defined one declared.";
        var text = new StringBuilder();
        foreach (UndefinedFlag flag in Undefined)
            text.Append("not defined: ").Append(flag).Append('\n');
        foreach (MismatchedFlag flag in Mismatched)
            text.Append("mismatched: ").Append(flag).Append('\n');
        foreach (string flag in Undeclared)
            text.Append("not declared: '").Append(flag).Append("'\n");
        return text.ToString(0, text.Length - 1);
    }
}
