namespace Varai.Configuration.Schema;

/// <summary>Finds <c>${secret:name}</c> in a string.</summary>
internal static class SecretReference
{
    private const string Open = "${secret:";

    /// <summary>Whether the text holds a reference anywhere.</summary>
    public static bool IsIn(string text)
    {
        int start = text.IndexOf(Open, StringComparison.Ordinal);
        return start >= 0 && text.IndexOf('}', start + Open.Length) > start + Open.Length;
    }

    /// <summary>Whether the text is one reference and nothing else.</summary>
    public static bool IsWhole(string text) =>
        text.StartsWith(Open, StringComparison.Ordinal) && text.Length > Open.Length + 1
        && text.IndexOf('}', StringComparison.Ordinal) == text.Length - 1;
}
