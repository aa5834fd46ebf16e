using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Varai.Secrets;

/// <summary>What a reader asks for: a secret, one version of it, one field of it. Written <c>name</c>, <c>name@version</c>,
/// <c>name#field</c> or <c>name@version#field</c>.</summary>
/// <remarks>The field is a path of properties of a JSON secret, separated by dots: <c>db-login#user.name</c>. Where an object has a
/// property that is named like the whole rest of the path, that property is meant. A number selects an element of an array.</remarks>
public sealed record SecretAddress
{
    private const int MaximumPartLength = 256;

    private static readonly SearchValues<char> Forbidden = SearchValues.Create("@#${}\"'\\");

    private SecretAddress(string name, string? version, string? field)
    {
        Name = name;
        Version = version;
        Field = field;
    }

    /// <summary>The secret's name; valid by <see cref="SecretName"/>.</summary>
    public string Name { get; }

    /// <summary>The version as the provider names it, or <see langword="null"/> for the current one.</summary>
    public string? Version { get; }

    /// <summary>The path of the field, or <see langword="null"/> for the whole value.</summary>
    public string? Field { get; }

    /// <summary>Whether a text is more than a name. Allocates nothing.</summary>
    /// <param name="text">The text.</param>
    public static bool HasParts(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.AsSpan().IndexOfAny('@', '#') >= 0;
    }

    /// <summary>What is wrong with a text as an address.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The broken rule as the end of a sentence ("is empty", ...), or <see langword="null"/> for a valid address.</returns>
    public static string? FindProblem(string? text) => TryParse(text, out _, out string? problem) ? null : problem;

    /// <summary>Parses an address.</summary>
    /// <param name="text">The text.</param>
    /// <param name="address">The address.</param>
    /// <param name="problem">The broken rule as the end of a sentence; it does not repeat the text, which may be a value pasted by
    /// mistake.</param>
    /// <returns><see langword="false"/> when the text breaks a rule.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out SecretAddress? address, [NotNullWhen(false)] out string? problem)
    {
        address = null;
        text ??= "";
        int hash = text.IndexOf('#', StringComparison.Ordinal);
        string? field = hash < 0 ? null : text[(hash + 1)..];
        string rest = hash < 0 ? text : text[..hash];
        int at = rest.IndexOf('@', StringComparison.Ordinal);
        string? version = at < 0 ? null : rest[(at + 1)..];
        string name = at < 0 ? rest : rest[..at];

        problem = SecretName.FindProblem(name) ?? FindPartProblem("version", version) ?? FindPartProblem("field", field);
        if (problem is not null)
            return false;
        address = new SecretAddress(name, version, field);
        return true;
    }

    /// <summary>Parses an address.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="ArgumentException">It breaks a rule; the message says which.</exception>
    public static SecretAddress Parse(string text)
    {
        if (TryParse(text, out SecretAddress? address, out string? problem))
            return address;
        string shown = text is { Length: > 0 and <= 64 } && !text.Any(char.IsControl) ? $"'{text}' " : "";
        throw new ArgumentException($"The secret name {shown}{problem}.", nameof(text));
    }

    /// <summary>The address as it is written.</summary>
    public override string ToString() => Name + (Version is null ? "" : "@" + Version) + (Field is null ? "" : "#" + Field);

    private static string? FindPartProblem(string part, string? text) => text switch
    {
        null => null,
        "" => $"has an empty {part}",
        { Length: > MaximumPartLength } => $"has a {part} of {text.Length} characters; at most {MaximumPartLength} are allowed",
        _ when text.AsSpan().IndexOfAny(Forbidden) is >= 0 and int i => $"has a {part} with '{text[i]}', which is not allowed",
        _ => text.FirstOrDefault(c => char.IsControl(c) || char.IsWhiteSpace(c) || char.IsSurrogate(c)) is not '\0' and char c
            ? $"has a {part} with the character U+{(int)c:X4}, which is not allowed"
            : null,
    };
}
