namespace Varai.Configuration.Schema.Formats;

/// <summary>The formats of RFC 3986, RFC 3987 and RFC 6570.</summary>
internal static class UriFormats
{
    private const string Unreserved = "-._~";
    private const string SubDelimiters = "!$&'()*+,;=";

    public static bool IsUri(string text, bool absolute, bool unicode)
    {
        ReadOnlySpan<char> rest = text;
        int hash = rest.IndexOf('#');
        if (hash >= 0)
        {
            if (!IsMadeOf(rest[(hash + 1)..], ":@/?", unicode))
                return false;
            rest = rest[..hash];
        }

        int question = rest.IndexOf('?');
        if (question >= 0)
        {
            if (!IsMadeOf(rest[(question + 1)..], ":@/?", unicode))
                return false;
            rest = rest[..question];
        }

        int colon = rest.IndexOf(':');
        int slash = rest.IndexOf('/');
        bool hasScheme = colon > 0 && (slash < 0 || colon < slash);
        if (hasScheme && !IsScheme(rest[..colon]))
            return false;
        if (!hasScheme && (absolute || colon == 0))
            return false;
        if (hasScheme)
            rest = rest[(colon + 1)..];

        if (!rest.StartsWith("//", StringComparison.Ordinal))
            return IsMadeOf(rest, ":@/", unicode);
        rest = rest[2..];
        int path = rest.IndexOf('/');
        ReadOnlySpan<char> authority = path < 0 ? rest : rest[..path];
        return IsAuthority(authority, unicode) && (path < 0 || IsMadeOf(rest[path..], ":@/", unicode));
    }

    public static bool IsTemplate(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '{')
            {
                int end = text.IndexOf('}', i);
                if (end < 0 || !IsExpression(text.AsSpan(i + 1, end - i - 1)))
                    return false;
                i = end;
            }
            else if (c <= ' ' || c == '\u007f' || "\"'<>\\^`|}".Contains(c, StringComparison.Ordinal) || (c == '%' && !IsPercent(text, i)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsExpression(ReadOnlySpan<char> text)
    {
        if (text.Length > 0 && "+#./;?&=,!@|".Contains(text[0], StringComparison.Ordinal))
            text = text[1..];
        foreach (Range range in text.Split(','))
        {
            ReadOnlySpan<char> variable = text[range];
            int colon = variable.IndexOf(':');
            if (colon >= 0)
            {
                ReadOnlySpan<char> prefix = variable[(colon + 1)..];
                if (prefix.Length is 0 or > 4 || prefix[0] == '0' || prefix.IndexOfAnyExceptInRange('0', '9') >= 0)
                    return false;
                variable = variable[..colon];
            }
            else
            {
                variable = variable.TrimEnd('*');
            }

            if (variable.Length == 0 || variable[0] == '.' || variable[^1] == '.')
                return false;
            for (int i = 0; i < variable.Length; i++)
            {
                if (!char.IsAsciiLetterOrDigit(variable[i]) && variable[i] is not ('_' or '.') && !IsPercent(variable, i))
                    return false;
                if (variable[i] == '%')
                    i += 2;
            }
        }

        return true;
    }

    private static bool IsScheme(ReadOnlySpan<char> text)
    {
        if (!char.IsAsciiLetter(text[0]))
            return false;
        foreach (char c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '-' or '.'))
                return false;
        }

        return true;
    }

    private static bool IsAuthority(ReadOnlySpan<char> text, bool unicode)
    {
        int at = text.LastIndexOf('@');
        if (at >= 0 && !IsMadeOf(text[..at], ":", unicode))
            return false;
        ReadOnlySpan<char> host = text[(at + 1)..];
        if (host.StartsWith('['))
        {
            int close = host.IndexOf(']');
            if (close < 0 || !IsLiteral(host[1..close]))
                return false;
            host = host[(close + 1)..];
            return host.Length == 0 || (host[0] == ':' && host[1..].IndexOfAnyExceptInRange('0', '9') < 0);
        }

        int colon = host.IndexOf(':');
        if (colon >= 0)
        {
            if (host[(colon + 1)..].IndexOfAnyExceptInRange('0', '9') >= 0)
                return false;
            host = host[..colon];
        }

        return IsMadeOf(host, "", unicode);
    }

    private static bool IsLiteral(ReadOnlySpan<char> text)
    {
        if (text.Length > 3 && text[0] is 'v' or 'V')
            return text.IndexOf('.') > 1 && IsMadeOf(text, ":", unicode: false);
        return NetworkFormats.IsIPv6(text.ToString());
    }

    private static bool IsMadeOf(ReadOnlySpan<char> text, string more, bool unicode)
    {
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            bool plain = char.IsAsciiLetterOrDigit(c) || Unreserved.Contains(c, StringComparison.Ordinal)
                || SubDelimiters.Contains(c, StringComparison.Ordinal) || more.Contains(c, StringComparison.Ordinal)
                || (unicode && c >= '\u00a0');
            if (!plain && !IsPercent(text, i))
                return false;
        }

        return true;
    }

    private static bool IsPercent(ReadOnlySpan<char> text, int index) =>
        text[index] == '%' && index + 2 < text.Length && char.IsAsciiHexDigit(text[index + 1]) && char.IsAsciiHexDigit(text[index + 2]);
}
