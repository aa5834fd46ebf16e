using System.Buffers;
using System.Globalization;
using System.Text;

namespace Varai.AzureCloud.Secrets;

/// <summary>The names of secrets as Key Vault takes them; the scheme is described at <see cref="AzureKeyVaultOptions"/>.</summary>
/// <remarks>A run of one hyphen is a hyphen and one of two a colon; three begin an escape. No hyphen or colon is stored plainly behind
/// another, so a run has at most five, of which the last three are an escape's.</remarks>
internal static class AzureSecretName
{
    public const int MaximumLength = 127;

    private const string Escape = "---";
    private const string Escaped = "-:_./";
    private const string Codes = "hcuds"; // in the order of Escaped
    private const char UpperCase = 'k';
    private const char Other = 'x';

    private static readonly SearchValues<char> Allowed = SearchValues.Create("-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>The stored name of any text; it may be too long.</summary>
    public static string ToStored(string name, bool caseSensitive)
    {
        var stored = new StringBuilder(name.Length + 8);
        bool afterPlainHyphen = false;
        foreach (char c in name)
        {
            bool plainHyphen = c is '-' or ':' && !afterPlainHyphen;
            if (plainHyphen)
                stored.Append('-', c == ':' ? 2 : 1);
            else if (char.IsAsciiLetterUpper(c) && caseSensitive)
                stored.Append(Escape).Append(UpperCase).Append(char.ToLowerInvariant(c));
            else if (char.IsAsciiLetterOrDigit(c))
                stored.Append(c);
            else if (Escaped.IndexOf(c, StringComparison.Ordinal) is >= 0 and int i)
                stored.Append(Escape).Append(Codes[i]);
            else
                stored.Append(Escape).Append(Other).Append(CultureInfo.InvariantCulture, $"{(int)c:x4}");
            afterPlainHyphen = plainHyphen;
        }

        return stored.ToString();
    }

    /// <summary>The name that is stored so, or null when none is.</summary>
    public static string? FromStored(string stored, bool caseSensitive)
    {
        var name = new StringBuilder(stored.Length);
        for (int at = 0; at < stored.Length;)
        {
            if (stored[at] != '-')
            {
                name.Append(caseSensitive ? char.ToLowerInvariant(stored[at]) : stored[at]);
                at++;
                continue;
            }

            int run = stored.AsSpan(at).IndexOfAnyExcept('-');
            run = run < 0 ? stored.Length - at : run;
            int plain = run < Escape.Length ? run : run - Escape.Length;
            if (plain > 2)
                return null;
            if (plain > 0)
                name.Append(plain == 1 ? '-' : ':');
            at += run;
            if (run >= Escape.Length && !TryReadEscape(stored, ref at, name))
                return null;
        }

        // Others may have used what looks like an escape: such a name would come back as the name of another secret.
        string found = name.ToString();
        return ToStored(found, caseSensitive).Equals(stored, StringComparison.OrdinalIgnoreCase) ? found : null;
    }

    /// <summary>Whether Key Vault can hold a secret of that stored name.</summary>
    public static bool Fits(string stored) =>
        stored.Length is > 0 and <= MaximumLength && !stored.AsSpan().ContainsAnyExcept(Allowed);

    private static bool TryReadEscape(string stored, ref int at, StringBuilder name)
    {
        if (at >= stored.Length)
            return false;

        char code = char.ToLowerInvariant(stored[at++]);
        if (Codes.IndexOf(code, StringComparison.Ordinal) is >= 0 and int i)
        {
            name.Append(Escaped[i]);
            return true;
        }

        if (code == UpperCase && at < stored.Length && char.IsAsciiLetter(stored[at]))
        {
            name.Append(char.ToUpperInvariant(stored[at++]));
            return true;
        }

        if (code != Other || stored.Length - at < 4
            || !ushort.TryParse(stored.AsSpan(at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort unit))
            return false;
        name.Append((char)unit);
        at += 4;
        return true;
    }
}
