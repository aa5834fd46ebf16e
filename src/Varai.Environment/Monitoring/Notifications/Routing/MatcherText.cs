using System.Text;

namespace Varai.Monitoring.Notifications.Routing;

/// <summary>Reads a matcher as Prometheus and Alertmanager write it: <c>severity=~"critical|page"</c>; the quotes may be left out.</summary>
internal static class MatcherText
{
    /// <exception cref="FormatException">It is no matcher; the message says why.</exception>
    public static LabelMatcher Parse(string text)
    {
        int at = 0;
        string label = ReadLabel(text, ref at);
        if (label.Length == 0)
            throw new FormatException("must begin with the name of a label");
        LabelComparison comparison = ReadOperator(text, ref at);
        ReadOnlySpan<char> rest = text.AsSpan(at).Trim();
        string value = rest.StartsWith("\"") ? Unquote(rest) : rest.Contains('"') ? throw new FormatException("has a quote within a value that is not quoted") : rest.ToString();
        try
        {
            return new LabelMatcher(label, comparison, value);
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"has an expression that can't be used: {e.Message}", e);
        }
    }

    private static string ReadLabel(string text, ref int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
            at++;
        int from = at;
        if (at < text.Length && text[at] == '"')
        {
            int end = EndOfQuoted(text, at);
            at = end + 1;
            return Unquote(text.AsSpan(from, at - from));
        }

        while (at < text.Length && text[at] is not ('=' or '!' or '~'))
            at++;
        return text[from..at].Trim();
    }

    private static LabelComparison ReadOperator(string text, ref int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
            at++;
        ReadOnlySpan<char> rest = text.AsSpan(at);
        (string Sign, LabelComparison Comparison)[] signs =
            [("=~", LabelComparison.Matches), ("!~", LabelComparison.DoesNotMatch), ("!=", LabelComparison.NotEqual), ("=", LabelComparison.Equal)];
        foreach ((string sign, LabelComparison comparison) in signs)
        {
            if (!rest.StartsWith(sign, StringComparison.Ordinal))
                continue;
            at += sign.Length;
            return comparison;
        }

        throw new FormatException("must have =, !=, =~ or !~ after the label");
    }

    private static int EndOfQuoted(string text, int from)
    {
        for (int i = from + 1; i < text.Length; i++)
        {
            if (text[i] == '\\')
                i++;
            else if (text[i] == '"')
                return i;
        }

        throw new FormatException("has a quote that is not closed");
    }

    private static string Unquote(ReadOnlySpan<char> quoted)
    {
        var value = new StringBuilder();
        for (int i = 1; i < quoted.Length; i++)
        {
            if (quoted[i] == '"')
                return i == quoted.Length - 1 ? value.ToString() : throw new FormatException("goes on after the closing quote");
            if (quoted[i] != '\\')
            {
                value.Append(quoted[i]);
                continue;
            }

            i++;
            value.Append(i < quoted.Length ? quoted[i] switch
            {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                '"' or '\\' => quoted[i],
                _ => throw new FormatException("has a backslash before something else than n, r, t, a quote or a backslash; a backslash is written twice"),
            }
            : throw new FormatException("has a quote that is not closed"));
        }

        throw new FormatException("has a quote that is not closed");
    }
}
