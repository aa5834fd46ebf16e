using System.Text.Unicode;
using Varai.Secrets;

namespace Varai.AzureCloud.Secrets;

/// <summary>How bytes are held by a vault that holds strings.</summary>
internal static class AzureSecretContent
{
    private const string Bytes = "application/octet-stream";
    private const string BytesAsBase64 = "application/octet-stream;base64";
    private const string Pfx = "application/x-pkcs12";

    /// <summary>The content type to store a value with, and whether it is stored as base64.</summary>
    public static (string? ContentType, bool IsBase64) ToStored(SecretValue value, string? contentType) =>
        MeansBase64(contentType) ? (contentType, true)
        : Utf8.IsValid(value.RevealBytes().Span) ? (contentType, false)
        : (BytesAsBase64, true);

    /// <summary>The value that a stored one stands for; takes over the stored one.</summary>
    public static SecretValue FromStored(SecretValue stored, string? contentType)
    {
        if (!MeansBase64(contentType))
            return stored;
        try
        {
            SecretValue value = SecretValue.FromBase64(stored.RevealBytes().Span);
            stored.Dispose();
            return value;
        }
        catch (FormatException)
        {
            return stored; // somebody else's idea of that content type
        }
    }

    /// <summary>The content type of the value that is given.</summary>
    public static string? Describe(string? contentType) => IsBytesAsBase64(contentType) ? Bytes : contentType;

    private static bool MeansBase64(string? contentType) =>
        IsBytesAsBase64(contentType) || string.Equals(contentType, Pfx, StringComparison.OrdinalIgnoreCase);

    private static bool IsBytesAsBase64(string? contentType) =>
        string.Equals(contentType?.Replace(" ", "", StringComparison.Ordinal), BytesAsBase64, StringComparison.OrdinalIgnoreCase);
}
