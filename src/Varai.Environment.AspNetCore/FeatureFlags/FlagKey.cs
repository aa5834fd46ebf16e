using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Varai.AspNetCore.FeatureFlags;

/// <summary>The flag that a path asks for.</summary>
internal static class FlagKey
{
    public const string Parameter = "key";

    private const string Before = "/evaluate/flags/";
    private const string EncodedSlash = "%2F";

    /// <summary>The key, with every character it may hold.</summary>
    public static string Of(HttpContext http)
    {
        string key = http.GetRouteValue(Parameter) as string ?? "";

        // The server decodes a path but for %2F, and then a slash in a key looks like the three characters %2F. Only the path as it
        // was sent can tell them apart; if something has rewritten it since, the slash is likelier.
        if (!key.Contains(EncodedSlash, StringComparison.OrdinalIgnoreCase))
            return key;
        string decoded = WithSlashes(key);
        return DecodeSent(http) is { } sent && WithSlashes(sent) == decoded ? sent : decoded;
    }

    private static string? DecodeSent(HttpContext http)
    {
        string target = http.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        int end = target.IndexOf('?', StringComparison.Ordinal);
        string path = end < 0 ? target : target[..end];
        int start = path.IndexOf(Before, StringComparison.OrdinalIgnoreCase);
        return start < 0 ? null : Uri.UnescapeDataString(path[(start + Before.Length)..]);
    }

    private static string WithSlashes(string key) => key.Replace(EncodedSlash, "/", StringComparison.OrdinalIgnoreCase);
}
