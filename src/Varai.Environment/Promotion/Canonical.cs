using System.Security.Cryptography;
using Varai.Configuration;

namespace Varai.Promotion;

/// <summary>Values by their canonical form.</summary>
internal static class Canonical
{
    public static string Text(ConfigurationNode node) => CanonicalJson.WriteText(node);

    public static string Hash(ConfigurationNode node) => CanonicalJson.Hash(node);

    public static string Hash(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>Whether both are absent, or hold the same values.</summary>
    public static bool AreSame(ConfigurationNode? one, ConfigurationNode? other) =>
        one is null ? other is null : other is not null && one.HasSameValues(other);
}
