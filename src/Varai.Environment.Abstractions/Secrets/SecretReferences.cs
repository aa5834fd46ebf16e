using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Varai.Secrets;

/// <summary>A text with <c>${secret:name}</c> in it, parsed once and resolved as often as needed.</summary>
/// <remarks>
/// Any number of references may be mixed with other text: <c>Host=db;Password=${secret:db-password}</c>.
/// <c>$${secret:name}</c> stands for the literal text <c>${secret:name}</c>. Every other <c>$</c> is ordinary text.
/// Immutable; safe from any thread. <see cref="ToString"/> gives the text as written, with references and no values.
/// </remarks>
public sealed class SecretReferences
{
    private const string Opening = "${secret:";

    private readonly string _text;
    private readonly Part[] _parts;

    private SecretReferences(string text, Part[] parts)
    {
        _text = text;
        _parts = parts;
        Names = [.. parts.Where(part => part.IsName).Select(part => part.Text).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The names referred to, each once, in the order they were written; empty when there is no reference.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Whether a text has to be parsed at all: it holds a reference or an escaped one. Allocates nothing.</summary>
    /// <param name="text">The text.</param>
    public static bool MayContain([NotNullWhen(true)] string? text) =>
        text is not null && text.Contains(Opening, StringComparison.Ordinal);

    /// <summary>Parses a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="references">The parsed text.</param>
    /// <param name="error">What is wrong with the first malformed reference.</param>
    /// <returns><see langword="false"/> when a reference is malformed.</returns>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out SecretReferences? references,
        [NotNullWhen(false)] out SecretReferenceError? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        references = null;
        var parts = new List<Part>();
        var literal = new StringBuilder();
        int at = 0;
        while (at < text.Length)
        {
            int next = text.IndexOf(Opening, at, StringComparison.Ordinal);
            if (next < 0)
                break;

            bool escaped = next > at && text[next - 1] == '$';
            literal.Append(text, at, next - at - (escaped ? 1 : 0));
            at = next + Opening.Length;
            if (escaped)
            {
                literal.Append(Opening);
                continue;
            }

            int end = text.IndexOf('}', at);
            error = end < 0
                ? new SecretReferenceError(next, $"The reference '{Opening}' is not closed by '}}'.")
                : SecretAddress.FindProblem(text[at..end]) is { } problem
                    ? new SecretReferenceError(next, $"The name in the reference '{Opening}...}}' {problem}.")
                    : null;
            if (error is not null)
                return false;

            if (literal.Length > 0)
                parts.Add(new Part(literal.ToString(), IsName: false));
            literal.Clear();
            parts.Add(new Part(text[at..end], IsName: true));
            at = end + 1;
        }

        literal.Append(text, at, text.Length - at);
        if (literal.Length > 0)
            parts.Add(new Part(literal.ToString(), IsName: false));
        references = new SecretReferences(text, [.. parts]);
        error = null;
        return true;
    }

    /// <summary>Parses a text.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">A reference is malformed; the message says where and how.</exception>
    public static SecretReferences Parse(string text) => TryParse(text, out SecretReferences? references, out SecretReferenceError? error)
        ? references
        : throw new FormatException($"{error.Message} (at character {error.Position})");

    /// <summary>The text with the values in place of the references, without waiting; see <see cref="ISecretStore.GetSecret"/>.</summary>
    /// <param name="store">Where the values come from.</param>
    /// <returns>The text; for a text that is one reference, the secret's own string.</returns>
    /// <exception cref="SecretException">A secret is missing, not loaded yet, or its provider failed.</exception>
    public string Resolve(ISecretStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        var values = new string[_parts.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = _parts[i].IsName ? store.GetSecret(_parts[i].Text) : _parts[i].Text;
        return Join(values);
    }

    /// <summary>The text with the values in place of the references.</summary>
    /// <param name="store">Where the values come from.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The text; for a text that is one reference, the secret's own string.</returns>
    /// <exception cref="SecretException">A secret is missing, or its provider failed.</exception>
    public async ValueTask<string> ResolveAsync(ISecretStore store, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        var values = new string[_parts.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = _parts[i].IsName
                ? await store.GetSecretAsync(_parts[i].Text, cancellationToken).ConfigureAwait(false)
                : _parts[i].Text;
        }

        return Join(values);
    }

    /// <summary>The text as written: references, no values.</summary>
    public override string ToString() => _text;

    private static string Join(string[] values) => values.Length == 1 ? values[0] : string.Concat(values);

    private readonly record struct Part(string Text, bool IsName);
}
