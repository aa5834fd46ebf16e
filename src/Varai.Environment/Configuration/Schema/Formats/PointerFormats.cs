namespace Varai.Configuration.Schema.Formats;

/// <summary>JSON pointers (RFC 6901) and relative ones.</summary>
internal static class PointerFormats
{
    public static bool IsPointer(string text) => IsPointer(text.AsSpan());

    public static bool IsRelativePointer(string text)
    {
        int digits = 0;
        while (digits < text.Length && char.IsAsciiDigit(text[digits]))
            digits++;
        if (digits == 0 || (digits > 1 && text[0] == '0'))
            return false;
        ReadOnlySpan<char> rest = text.AsSpan(digits);
        return rest is "#" || IsPointer(rest);
    }

    private static bool IsPointer(ReadOnlySpan<char> text)
    {
        if (text.Length == 0)
            return true;
        if (text[0] != '/')
            return false;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '~' && (i + 1 == text.Length || text[i + 1] is not ('0' or '1')))
                return false;
        }

        return true;
    }
}
