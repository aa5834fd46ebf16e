using System.Globalization;

namespace Varai.FeatureFlags.Matching;

/// <summary>The addresses of one network.</summary>
/// <param name="IsIPv4">Whether they are IPv4 addresses.</param>
/// <param name="First">The first address.</param>
/// <param name="Last">The last address.</param>
internal readonly record struct AddressRange(bool IsIPv4, UInt128 First, UInt128 Last)
{
    /// <summary>Reads <c>10.0.0.0/8</c>, <c>2001:db8::/32</c> or a single address.</summary>
    /// <param name="text">The network.</param>
    /// <param name="range">Its addresses.</param>
    /// <returns>What is wrong with it; <see langword="null"/> when nothing is.</returns>
    public static string? TryParse(string text, out AddressRange range)
    {
        range = default;
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!AddressText.TryParse(slash < 0 ? text : text.AsSpan(0, slash), out UInt128 address, out bool isIPv4))
            return "is no IP address or network";

        int bits = isIPv4 ? 32 : 128;
        int prefix = bits;
        if (slash >= 0)
        {
            if (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out prefix))
                return "has no number of bits after '/'";

            // ::ffff:10.0.0.0/104 is 10.0.0.0/8.
            if (isIPv4 && text.Contains(':', StringComparison.Ordinal))
                prefix -= 96;
            if (prefix < 0 || prefix > bits)
                return "has a number of bits out of range";
        }

        UInt128 hosts = bits - prefix == 128 ? UInt128.MaxValue : (UInt128.One << (bits - prefix)) - 1;
        if ((address & hosts) != 0)
            return "is an address within a network, not the network: the bits after the prefix are not 0";
        range = new AddressRange(isIPv4, address, address | hosts);
        return null;
    }
}
