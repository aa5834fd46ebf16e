namespace Varai.Secrets;

/// <summary>The one rule for the names of secrets.</summary>
/// <remarks>
/// A name is 1 to 512 characters long, has no white space, control characters or any of <c># @ $ { } \ " '</c>, and no
/// segment <c>.</c> or <c>..</c> between slashes, so that no name can climb out of a folder or of a backend's path.
/// <c>#</c> and <c>@</c> begin the parts of a <see cref="SecretAddress"/>. Names are compared exactly: case matters.
/// </remarks>
public static class SecretName
{
    /// <summary>The most characters a name may have.</summary>
    public const int MaximumLength = 512;

    /// <summary>What is wrong with a name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The broken rule as the end of a sentence ("is empty", ...), or <see langword="null"/> for a valid name.</returns>
    public static string? FindProblem(string? name)
    {
        if (string.IsNullOrEmpty(name))
            return "is empty";
        if (name.Length > MaximumLength)
            return $"has {name.Length} characters; at most {MaximumLength} are allowed";

        foreach (char c in name)
        {
            if (c is '#' or '@')
                return $"holds '{c}', which is reserved";
            if (c is '$' or '{' or '}' or '\\' or '"' or '\'')
                return $"holds '{c}', which is not allowed";
            if (char.IsWhiteSpace(c) || char.IsControl(c) || char.IsSurrogate(c))
                return $"holds the character U+{(int)c:X4}, which is not allowed";
        }

        foreach (Range range in name.AsSpan().Split('/'))
        {
            if (name.AsSpan()[range] is "." or "..")
                return "has a segment '.' or '..', which is not allowed";
        }

        return null;
    }

    /// <summary>Throws for a name that breaks the rule.</summary>
    /// <param name="name">The name.</param>
    /// <param name="parameterName">The argument to name in the error.</param>
    /// <exception cref="ArgumentException">The name breaks the rule; the message says how.</exception>
    public static void ThrowIfInvalid(
        string? name, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(name))] string? parameterName = null)
    {
        if (FindProblem(name) is not { } problem)
            return;

        // A long text or one with line breaks is not repeated: it would garble the log, and is more likely a value than a name.
        string shown = name is { Length: > 0 and <= 64 } && !name.Any(char.IsControl) ? $"'{name}' " : "";
        throw new ArgumentException($"The secret name {shown}{problem}.", parameterName);
    }
}
