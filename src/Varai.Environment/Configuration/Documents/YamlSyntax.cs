using YamlDotNet.Core;

namespace Varai.Configuration.Documents;

/// <summary>Says in a person's words, and at the right place, why a text is not YAML.</summary>
internal static class YamlSyntax
{
    /// <summary>The message of an exception about an escape that the parser did not foresee.</summary>
    public const string BadEscape = "found invalid Unicode";

    private const string Tab = "a tab is used for indentation, where YAML takes only spaces";
    private const string Misplaced =
        "this does not continue what stands above it: the indentation is wrong, or a quote or a bracket before it is not closed";

    /// <summary>Notes an error of the parser.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="offsets">From its positions to bytes.</param>
    /// <param name="exception">What the parser threw.</param>
    /// <param name="scanned">Where the scanner stopped.</param>
    /// <param name="openBracket">The byte offset of the innermost open <c>[</c> or <c>{</c>, if any.</param>
    /// <param name="key">The key that was being read.</param>
    /// <param name="errors">Takes the error.</param>
    public static void AddError(
        string text, YamlOffsets offsets, YamlException exception, in Mark scanned, int? openBracket, string key, DocumentErrors errors)
    {
        int stopped = (int)Math.Clamp(scanned.Index, 0, text.Length);
        string message = exception.Message;
        Mark mark = message.Contains("wrong indentation", StringComparison.Ordinal) ? exception.End : exception.Start;
        int at = (int)Math.Clamp(mark.Index, 0, text.Length);

        // For a tab the parser names the start of the thing it was reading, which may be the first line of the file.
        if (message.Contains("tab", StringComparison.Ordinal) && FindTab(text, Math.Min(at, stopped), Math.Max(at, stopped)) is { } tab)
        {
            errors.Add(offsets.ToByte(tab), key, Tab);
            return;
        }

        errors.Add(offsets.ToByte(at), key, openBracket is { } open && IsUnclosed(message)
            ? $"a ',' or a closing bracket is missing; the bracket at {errors.Place(open)} is open"
            : Translate(message));
    }

    /// <summary>The first tab in the indentation of a line between two places, both lines included.</summary>
    private static int? FindTab(string text, int from, int to)
    {
        int line = from == 0 ? 0 : text.LastIndexOf('\n', from - 1) + 1;
        while (line <= to && line < text.Length)
        {
            int at = line;
            while (at < text.Length && text[at] == ' ')
                at++;
            if (at < text.Length && text[at] == '\t')
                return at;
            int next = text.IndexOf('\n', line);
            if (next < 0)
                break;
            line = next + 1;
        }

        return null;
    }

    // Inside brackets the parser stops with an exception that says nothing when a line starts where no bracket's content can.
    private static bool IsUnclosed(string message) => message.Length == 0
        || message.Contains("did not find expected ','", StringComparison.Ordinal)
        || message.Contains("did not find expected node content", StringComparison.Ordinal);

    private static string Translate(string message)
    {
        foreach ((string part, string meaning) in Meanings)
        {
            if (message.Contains(part, StringComparison.Ordinal))
                return meaning;
        }

        return message.Length == 0 ? Misplaced : message;
    }

    private static readonly (string Part, string Meaning)[] Meanings =
    [
        ("a quoted scalar, found unexpected end of stream", "the quoted text is not closed"),
        ("found unknown escape character", "this '\\' starts no escape; write \\\\ or use single quotes"),
        (BadEscape, "this escape names no character"),
        ("did not find expected hexadecimal number", "this escape needs hexadecimal digits"),
        ("found wrong indentation", "the quoted text goes on here and has to be indented"),
        ("found invalid mapping", "a ': ' can't stand in plain text: the text needs quotes, or the indentation is wrong"),
        ("Mapping values are not allowed", "a ': ' can't stand here: the text needs quotes, or the indentation is wrong"),
        ("Mapping keys are not allowed", "a name can't stand here; the indentation is wrong"),
        ("Block sequence entries are not allowed", "an array can't start here; its first '-' belongs on a line of its own"),
        ("Anchor before sequence entry", "an array can't start here; its first '-' belongs on a line of its own"),
        ("character that cannot start any token", "text can't start with this character; put it in quotes"),
        ("could not find expected ':'", "a ':' is missing after this name"),
        ("did not find expected key", Misplaced),
        ("did not find expected '-'", Misplaced),
        ("did not find expected node content", "a value is missing before this"),
        ("Did not find expected <document", Misplaced),
        ("found more than one anchor", "a value can have one anchor only"),
        ("did not find expected token", "an alias can have neither an anchor nor a tag"),
        ("Invalid key indicator", "a '-' alone can't stand in brackets; put it in quotes"),
        ("found undefined tag handle", "the tag's '!...!' is not declared"),
        ("Found incompatible YAML document", "this version of YAML is not known; write 1.2 or leave the line out"),
        ("indentation indicator equal to 0", "the indentation after '|' or '>' is a number from 1 to 9"),
    ];
}
