using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Varai.Monitoring.Channels;

/// <summary>Signatures after Standard Webhooks 1.0: HMAC-SHA256 over id, time and body.</summary>
internal static class WebhookSignature
{
    private const string Prefix = "whsec_";

    /// <summary>The key in a secret.</summary>
    /// <returns>Null when it is none: base64 of 24 to 64 bytes, with or without <c>whsec_</c>.</returns>
    public static byte[]? TryReadKey(string secret)
    {
        string text = secret.StartsWith(Prefix, StringComparison.Ordinal) ? secret[Prefix.Length..] : secret;
        byte[] key = new byte[text.Length];
        return Convert.TryFromBase64String(text, key, out int length) && length is >= 24 and <= 64 ? key[..length] : null;
    }

    /// <summary>The header <c>webhook-signature</c>: one signature for each key.</summary>
    public static string Sign(IEnumerable<byte[]> keys, string id, long unixSeconds, ReadOnlySpan<byte> body)
    {
        byte[] head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{unixSeconds}."));
        byte[] signed = [.. head, .. body];
        return string.Join(' ', keys.Select(key => $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, signed))}"));
    }

    /// <summary>The notification's id as one that can be signed: a dot in it could be taken for the end of it.</summary>
    public static string IdOf(AlertNotification notification) =>
        notification.Id.Length is > 0 and <= 128 && notification.Id.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
            ? notification.Id
            : $"msg_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(notification.Id)))}";
}
