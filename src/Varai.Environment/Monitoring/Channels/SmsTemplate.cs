using System.Net.Http.Headers;
using System.Security;
using System.Text.Encodings.Web;

namespace Varai.Monitoring.Channels;

/// <summary>Puts number and text into the address and the body that a gateway wants.</summary>
internal static class SmsTemplate
{
    /// <summary>How texts are escaped in a body.</summary>
    /// <returns>Null for a type that is not known.</returns>
    public static Func<string, string>? EscapeFor(string contentType)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out MediaTypeHeaderValue? type) || type.MediaType is not { } media)
            return null;
        if (media.EndsWith("json", StringComparison.OrdinalIgnoreCase))
            return JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode;
        if (media.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
            return EscapeUrl;
        if (media.EndsWith("xml", StringComparison.OrdinalIgnoreCase))
            return static text => SecurityElement.Escape(text) ?? "";
        return media.Equals("text/plain", StringComparison.OrdinalIgnoreCase) ? static text => text : null;
    }

    public static string FillUrl(string url, string to, string text) => Fill(url, to, text, EscapeUrl);

    // In one pass: what is put in is not searched.
    public static string Fill(string template, string to, string text, Func<string, string> escape) =>
        string.Join(escape(text), template.Split("{text}").Select(part => part.Replace("{to}", escape(to), StringComparison.Ordinal)));

    private static string EscapeUrl(string text) => Uri.EscapeDataString(text);
}
