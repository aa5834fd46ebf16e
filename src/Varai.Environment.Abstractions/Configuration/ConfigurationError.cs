using System.Text;

namespace Varai.Configuration;

/// <summary>One thing that is wrong in a configuration, with all that is needed to mend it.</summary>
/// <param name="Message">What is wrong, in one sentence without the place; never holds a secret value.</param>
/// <param name="Origin">The file, line and column.</param>
/// <param name="Key">The configuration key, such as <c>api_config:limits:0</c>; empty for the whole document.</param>
public sealed record ConfigurationError(string Message, ConfigurationOrigin Origin, string Key)
{
    /// <summary>What was expected there, or <see langword="null"/> when <see cref="Message"/> says it all.</summary>
    public string? Expected { get; init; }

    /// <summary>What was found there, or <see langword="null"/> when <see cref="Message"/> says it all.</summary>
    public string? Found { get; init; }

    /// <summary>The nearest valid name for a misspelt key or value, or <see langword="null"/>.</summary>
    public string? DidYouMean { get; init; }

    /// <summary>Which check found it: <c>json</c>, <c>yaml</c>, <c>merge</c>, <c>schema:required</c>, <c>annotations</c>,
    /// <c>secrets</c>, <c>rule:name</c>, ...</summary>
    public string Check { get; init; } = "";

    /// <summary>Writes <c>file:line:column: key: message (expected ..., found ...). Did you mean '...'?</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        if (Origin.File.Length > 0)
            text.Append(Origin.ToString()).Append(": ");
        if (Key.Length > 0)
            text.Append(Key).Append(": ");
        text.Append(Message);
        if (Expected is not null && Found is not null)
            text.Append(" (expected ").Append(Expected).Append(", found ").Append(Found).Append(')');
        else if (Expected is not null)
            text.Append(" (expected ").Append(Expected).Append(')');
        else if (Found is not null)
            text.Append(" (found ").Append(Found).Append(')');
        if (DidYouMean is not null)
            text.Append(" Did you mean '").Append(DidYouMean).Append("'?");
        return text.ToString();
    }
}
