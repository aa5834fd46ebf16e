using System.Text;

namespace Varai.Configuration.Schema;

/// <summary>URI references as RFC 3986 resolves them.</summary>
/// <remarks><see cref="Uri"/> rewrites more than the standard does (escapes, drive letters, schemes it knows), so that two names of one
/// schema would differ.</remarks>
internal static class SchemaUri
{
    // Allowed anywhere in a URI besides letters and digits; everything else is written in percent form.
    private const string Allowed = "-._~:/?#[]@!$&'()*+,;=%";

    /// <summary>The URI of a local file.</summary>
    public static string FromPath(string path) => Escape(new Uri(Path.GetFullPath(path)).AbsoluteUri);

    /// <summary>The local path of a file URI, or <see langword="null"/> for any other URI.</summary>
    public static string? ToPath(string uri) =>
        uri.StartsWith("file:///", StringComparison.Ordinal) && Uri.TryCreate(uri, UriKind.Absolute, out Uri? parsed) ? parsed.LocalPath : null;

    /// <summary>Splits the fragment off; it is unescaped and without <c>#</c>.</summary>
    public static (string Uri, string Fragment) Split(string uri)
    {
        int hash = uri.IndexOf('#', StringComparison.Ordinal);
        return hash < 0 ? (uri, "") : (uri[..hash], Uri.UnescapeDataString(uri[(hash + 1)..]));
    }

    /// <summary>Whether the text starts with a scheme.</summary>
    public static bool IsAbsolute(string uri) => Parts.Read(uri).Scheme is not null;

    /// <summary>Resolves a reference against an absolute URI.</summary>
    public static string Resolve(string baseUri, string reference)
    {
        Parts target = Parts.Read(Escape(reference));
        if (target.Scheme is not null)
            return (target with { Path = Normal(target) }).ToString();

        Parts start = Parts.Read(baseUri);
        target = target with { Scheme = start.Scheme };
        if (target.Authority is not null)
            return (target with { Path = Normal(target) }).ToString();

        target = target with { Authority = start.Authority };
        if (target.Path.Length == 0)
            return (target with { Path = start.Path, Query = target.Query ?? start.Query }).ToString();
        if (target.Path[0] != '/')
            target = target with { Path = Merge(start, target.Path) };
        return (target with { Path = Normal(target) }).ToString();
    }

    private static string Normal(Parts parts)
    {
        if (parts.Authority is null && !parts.Path.StartsWith('/'))
            return parts.Path;
        return parts.Path.Length == 0 ? "/" : RemoveDots(parts.Path);
    }

    private static string Merge(Parts start, string path)
    {
        if (start.Authority is not null && start.Path.Length == 0)
            return "/" + path;
        return start.Path[..(start.Path.LastIndexOf('/') + 1)] + path;
    }

    private static string RemoveDots(string path)
    {
        var kept = new List<string>();
        string[] segments = path.Split('/');
        for (int i = 1; i < segments.Length; i++)
        {
            bool last = i == segments.Length - 1;
            switch (segments[i])
            {
                case ".":
                    if (last)
                        kept.Add("");
                    break;
                case "..":
                    if (kept.Count > 0)
                        kept.RemoveAt(kept.Count - 1);
                    if (last)
                        kept.Add("");
                    break;
                default:
                    kept.Add(segments[i]);
                    break;
            }
        }

        return "/" + string.Join('/', kept);
    }

    private static string Escape(string text)
    {
        int first = 0;
        while (first < text.Length && IsAllowed(text[first]))
            first++;
        if (first == text.Length)
            return text;

        var escaped = new StringBuilder(text.Length + 16);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.IsAscii && IsAllowed((char)rune.Value))
                escaped.Append((char)rune.Value);
            else
                escaped.Append(Uri.EscapeDataString(rune.ToString()));
        }

        return escaped.ToString();
    }

    private static bool IsAllowed(char c) => char.IsAsciiLetterOrDigit(c) || Allowed.Contains(c, StringComparison.Ordinal);

    private readonly record struct Parts(string? Scheme, string? Authority, string Path, string? Query, string? Fragment)
    {
        public static Parts Read(string text)
        {
            string? fragment = CutFrom(ref text, '#');
            string? query = CutFrom(ref text, '?');
            string? scheme = null;
            int colon = text.AsSpan().IndexOfAny(":/");
            if (colon > 0 && text[colon] == ':' && IsScheme(text.AsSpan(0, colon)))
            {
                scheme = text[..colon].ToLowerInvariant();
                text = text[(colon + 1)..];
            }

            if (!text.StartsWith("//", StringComparison.Ordinal))
                return new Parts(scheme, Authority: null, text, query, fragment);
            int slash = text.IndexOf('/', 2);
            string authority = slash < 0 ? text[2..] : text[2..slash];
            return new Parts(scheme, authority.ToLowerInvariant(), slash < 0 ? "" : text[slash..], query, fragment);
        }

        public override string ToString()
        {
            var text = new StringBuilder();
            if (Scheme is not null)
                text.Append(Scheme).Append(':');
            if (Authority is not null)
                text.Append("//").Append(Authority);
            text.Append(Path);
            if (Query is not null)
                text.Append('?').Append(Query);
            if (Fragment is not null)
                text.Append('#').Append(Fragment);
            return text.ToString();
        }

        private static string? CutFrom(ref string text, char mark)
        {
            int index = text.IndexOf(mark, StringComparison.Ordinal);
            if (index < 0)
                return null;
            string cut = text[(index + 1)..];
            text = text[..index];
            return cut;
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
    }
}
