using System.Globalization;

namespace Varai.Configuration.Schema.Formats;

/// <summary>The formats of addresses and identifiers.</summary>
internal static class NetworkFormats
{
    private const string AtomSymbols = "!#$%&'*+-/=?^_`{|}~";
    private const int MaximumHostName = 253;
    private const int MaximumLabel = 63;

    public static bool IsEmail(string text, bool unicode)
    {
        int at = text.LastIndexOf('@');
        if (at < 1 || at == text.Length - 1)
            return false;
        ReadOnlySpan<char> local = text.AsSpan(0, at);
        bool quoted = local.Length > 2 && local[0] == '"' && local[^1] == '"';
        if (quoted ? !IsQuoted(local[1..^1], unicode) : !IsDotAtom(local, unicode))
            return false;

        string domain = text[(at + 1)..];
        if (domain[0] == '[')
        {
            if (domain[^1] != ']')
                return false;
            string literal = domain[1..^1];
            return literal.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase) ? IsIPv6(literal[5..]) : IsIPv4(literal);
        }

        return unicode ? IsDotAtom(domain, unicode: true) : IsHostName(domain);
    }

    public static bool IsHostName(string text)
    {
        if (text.Length is 0 or > MaximumHostName)
            return false;
        foreach (Range range in text.AsSpan().Split('.'))
        {
            ReadOnlySpan<char> label = text.AsSpan()[range];
            if (label.Length is 0 or > MaximumLabel || label[0] == '-' || label[^1] == '-')
                return false;
            foreach (char c in label)
            {
                if (!char.IsAsciiLetterOrDigit(c) && c != '-')
                    return false;
            }
        }

        return true;
    }

    public static bool IsIPv4(string text)
    {
        int parts = 0;
        foreach (Range range in text.AsSpan().Split('.'))
        {
            ReadOnlySpan<char> part = text.AsSpan()[range];
            bool number = byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _);
            // A leading zero means octal to some readers.
            if (!number || (part.Length > 1 && part[0] == '0') || ++parts > 4)
                return false;
        }

        return parts == 4;
    }

    public static bool IsIPv6(string text)
    {
        int gap = text.IndexOf("::", StringComparison.Ordinal);
        if (gap < 0)
            return CountGroups(text, mayEndInIPv4: true) == 8;
        if (text.IndexOf("::", gap + 1, StringComparison.Ordinal) >= 0)
            return false;
        int before = gap == 0 ? 0 : CountGroups(text[..gap], mayEndInIPv4: false);
        int after = gap + 2 == text.Length ? 0 : CountGroups(text[(gap + 2)..], mayEndInIPv4: true);
        return before >= 0 && after >= 0 && before + after < 8;
    }

    public static bool IsUuid(string text)
    {
        if (text.Length != 36)
            return false;
        for (int i = 0; i < text.Length; i++)
        {
            bool hyphen = i is 8 or 13 or 18 or 23;
            if (hyphen ? text[i] != '-' : !char.IsAsciiHexDigit(text[i]))
                return false;
        }

        return true;
    }

    private static int CountGroups(string text, bool mayEndInIPv4)
    {
        string[] groups = text.Split(':');
        int count = 0;
        for (int i = 0; i < groups.Length; i++)
        {
            if (mayEndInIPv4 && i == groups.Length - 1 && groups[i].Contains('.', StringComparison.Ordinal))
            {
                if (!IsIPv4(groups[i]))
                    return -1;
                count += 2;
                continue;
            }

            if (groups[i].Length is 0 or > 4 || !groups[i].All(char.IsAsciiHexDigit))
                return -1;
            count++;
        }

        return count;
    }

    private static bool IsDotAtom(ReadOnlySpan<char> text, bool unicode)
    {
        char previous = '.';
        foreach (char c in text)
        {
            bool atom = char.IsAsciiLetterOrDigit(c) || AtomSymbols.Contains(c, StringComparison.Ordinal) || (unicode && c > '\u007f');
            if (!atom && (c != '.' || previous == '.'))
                return false;
            previous = c;
        }

        return previous != '.';
    }

    private static bool IsQuoted(ReadOnlySpan<char> text, bool unicode)
    {
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '"' || c < ' ' || (c > '~' && !unicode) || (c == '\\' && ++i == text.Length))
                return false;
        }

        return true;
    }
}
