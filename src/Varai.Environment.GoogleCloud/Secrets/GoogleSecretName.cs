using System.Buffers;
using System.Globalization;
using System.Text;
using Varai.Secrets;

namespace Varai.GoogleCloud.Secrets;

/// <summary>The ids that Google allows for secrets and versions, and the ids that stand for our names.</summary>
internal static class GoogleSecretName
{
    public const int MaximumLength = 255;
    public const string Rule = "1 to 255 letters (A to Z), digits, '_' and '-'";
    public const string Latest = "latest";

    private const int MaximumAliasLength = 63;
    private const int MaximumVersionDigits = 18;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    public static bool IsAllowed(char c) => Allowed.Contains(c);

    public static bool IsValidId(string id) => id.Length is > 0 and <= MaximumLength && !id.AsSpan().ContainsAnyExcept(Allowed);

    /// <summary>Whether a version may exist: its number, an alias, or <c>latest</c>. Google calls anything else a bad request.</summary>
    public static bool IsValidVersion(string version) => version.Length > 0
        && (char.IsAsciiDigit(version[0])
            ? version[0] != '0' && version.Length <= MaximumVersionDigits && version.All(char.IsAsciiDigit)
            : char.IsAsciiLetter(version[0]) && version.Length <= MaximumAliasLength && !version.AsSpan().ContainsAnyExcept(Allowed));

    /// <summary>The id that stands for a name, or null when there is none.</summary>
    public static string? ToId(string name, string prefix, bool escape)
    {
        string id = prefix + (escape ? Escape(name) : name);
        return IsValidId(id) ? id : null;
    }

    /// <summary>The name that an id stands for, or null when there is none.</summary>
    public static string? FromId(string id, string prefix, bool escape)
    {
        if (id.Length <= prefix.Length || !id.StartsWith(prefix, StringComparison.Ordinal))
            return null;
        string rest = id[prefix.Length..];
        string? name = escape ? Unescape(rest) : rest;
        return name is not null && SecretName.FindProblem(name) is null ? name : null;
    }

    // An underscore stays itself only where no other follows, so that two of them always begin an escape.
    private static string Escape(string name)
    {
        var id = new StringBuilder(name.Length);
        Span<byte> bytes = stackalloc byte[4];
        for (int i = 0; i < name.Length; i++)
        {
            bool isPlain = name[i] == '_'
                ? i + 1 == name.Length || (name[i + 1] != '_' && IsAllowed(name[i + 1]))
                : IsAllowed(name[i]);
            if (isPlain)
            {
                id.Append(name[i]);
                continue;
            }

            foreach (byte b in bytes[..Encoding.UTF8.GetBytes(name.AsSpan(i, 1), bytes)])
                id.Append(CultureInfo.InvariantCulture, $"__{b:X2}");
        }

        return id.ToString();
    }

    private static string? Unescape(string id)
    {
        byte[] bytes = new byte[id.Length];
        int length = 0;
        for (int i = 0; i < id.Length; i++)
        {
            if (!id.AsSpan(i).StartsWith("__", StringComparison.Ordinal))
            {
                bytes[length++] = (byte)id[i];
                continue;
            }

            if (i + 4 > id.Length || !byte.TryParse(id.AsSpan(i + 2, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bytes[length]))
                return null;
            length++;
            i += 3;
        }

        // Others may have made ids that look escaped and are not as we write them; nobody could read those by that name.
        string name = Encoding.UTF8.GetString(bytes, 0, length);
        return Escape(name) == id ? name : null;
    }
}
