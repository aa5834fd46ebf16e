using System.Globalization;
using System.Text;

namespace Varai.Configuration.Documents;

/// <summary>Writes values as YAML on one line.</summary>
internal static class YamlText
{
    /// <summary>A value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="inBrackets">Whether it stands inside <c>[]</c> or <c>{}</c>, where plain text may hold less.</param>
    /// <param name="quote">The quote that a string had so far, which is kept where it can be; <c>'\0'</c> for none.</param>
    public static string Write(ConfigurationNode value, bool inBrackets, char quote = '\0')
    {
        var text = new StringBuilder();
        Append(value, inBrackets, quote, text);
        return text.ToString();
    }

    /// <summary>The name of a member.</summary>
    public static string WriteName(string name) => IsPlain(name, inBrackets: true) && name != "<<" ? name : Quote(name);

    private static void Append(ConfigurationNode value, bool inBrackets, char quote, StringBuilder text)
    {
        switch (value.Kind)
        {
            case ConfigurationNodeKind.Object:
                text.Append('{');
                for (int i = 0; i < value.Members.Count; i++)
                {
                    text.Append(i == 0 ? "" : ", ").Append(WriteName(value.Members[i].Name)).Append(": ");
                    Append(value.Members[i].Value, inBrackets: true, quote: '\0', text);
                }

                text.Append('}');
                break;
            case ConfigurationNodeKind.Array:
                text.Append('[');
                for (int i = 0; i < value.Items.Count; i++)
                {
                    text.Append(i == 0 ? "" : ", ");
                    Append(value.Items[i], inBrackets: true, quote: '\0', text);
                }

                text.Append(']');
                break;
            case ConfigurationNodeKind.String:
                text.Append(WriteString(value.Text!, inBrackets, quote));
                break;
            default:
                text.Append(value.Text ?? "null");
                break;
        }
    }

    private static string WriteString(string text, bool inBrackets, char quote)
    {
        if (quote == '\'' && text.All(static c => c is >= ' ' and <= '~'))
            return "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";
        return quote != '"' && IsPlain(text, inBrackets) && YamlScalars.IsText(text) ? text : Quote(text);
    }

    // Much less than YAML allows: what nobody has to look up.
    private static bool IsPlain(string text, bool inBrackets)
    {
        if (text.Length == 0 || !(char.IsAsciiLetterOrDigit(text[0]) || text[0] is '_' or '/' or '.' or '$') || text[^1] is ' ' or ':')
            return false;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            bool isFine = char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '/' or '+' or '@' or '=' or '$' or ' '
                || (!inBrackets && c is ':' or ';' or '(' or ')' && text[i + 1 < text.Length ? i + 1 : i] != ' ');
            if (!isFine)
                return false;
        }

        // The marks of a document's start and end count at the start of a line only, but are no sight for a value either.
        return !text.StartsWith("...", StringComparison.Ordinal);
    }

    private static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (char c in text)
        {
            switch (c)
            {
                case '"' or '\\':
                    quoted.Append('\\').Append(c);
                    break;
                case '\n':
                    quoted.Append("\\n");
                    break;
                case '\t':
                    quoted.Append("\\t");
                    break;
                case '\r':
                    quoted.Append("\\r");
                    break;
                case < ' ' or (>= '\x7F' and <= '\xA0') or '\u2028' or '\u2029' or '\uFEFF' or '\uFFFE' or '\uFFFF':
                    quoted.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
                    break;
                default:
                    quoted.Append(c);
                    break;
            }
        }

        return quoted.Append('"').ToString();
    }
}
