namespace Varai.FeatureFlags.Matching;

/// <summary>Reads IP addresses from text without allocating.</summary>
internal static class AddressText
{
    private const int Groups = 8;

    /// <summary>Reads an address. An IPv4 address that is written as IPv6 (<c>::ffff:10.0.0.1</c>, as sockets that serve both give
    /// it) is the IPv4 address.</summary>
    /// <param name="text">The address, without port, brackets or zone.</param>
    /// <param name="address">The address as a number.</param>
    /// <param name="isIPv4">Whether it is an IPv4 address.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out UInt128 address, out bool isIPv4)
    {
        isIPv4 = !text.Contains(':');
        if (isIPv4)
        {
            bool isAddress = TryParseIPv4(text, out uint number);
            address = number;
            return isAddress;
        }

        if (!TryParseIPv6(text, out address))
            return false;
        if (address >> 32 == 0xFFFF)
        {
            address &= uint.MaxValue;
            isIPv4 = true;
        }

        return true;
    }

    // Four decimal numbers without leading zeros: others read those as octal.
    private static bool TryParseIPv4(ReadOnlySpan<char> text, out uint address)
    {
        address = 0;
        for (int i = 0; i < 4; i++)
        {
            int dot = text.IndexOf('.');
            if (dot < 0 != (i == 3))
                return false;
            ReadOnlySpan<char> part = dot < 0 ? text : text[..dot];
            text = dot < 0 ? default : text[(dot + 1)..];
            if (part.Length is 0 or > 3 || (part.Length > 1 && part[0] == '0'))
                return false;
            uint number = 0;
            foreach (char c in part)
            {
                if (!char.IsAsciiDigit(c))
                    return false;
                number = (number * 10) + (uint)(c - '0');
            }

            if (number > byte.MaxValue)
                return false;
            address = (address << 8) | number;
        }

        return true;
    }

    private static bool TryParseIPv6(ReadOnlySpan<char> text, out UInt128 address)
    {
        address = default;
        int gap = text.IndexOf("::");
        if (gap < 0)
            return TryParseGroups(text, out address, out int all) && all == Groups;

        // What is before the gap counts from the left, what is after it from the right.
        if (!TryParseGroups(text[..gap], out UInt128 left, out int leftCount, allowIPv4: false)
            || !TryParseGroups(text[(gap + 2)..], out UInt128 right, out int rightCount)
            || leftCount + rightCount >= Groups)
            return false;
        address = leftCount == 0 ? right : (left << (16 * (Groups - leftCount))) | right;
        return true;
    }

    private static bool TryParseGroups(ReadOnlySpan<char> text, out UInt128 number, out int count, bool allowIPv4 = true)
    {
        number = default;
        count = 0;
        if (text.IsEmpty)
            return true;
        while (true)
        {
            int colon = text.IndexOf(':');
            ReadOnlySpan<char> group = colon < 0 ? text : text[..colon];
            if (colon < 0 && allowIPv4 && group.Contains('.'))
            {
                if (!TryParseIPv4(group, out uint tail))
                    return false;
                number = (number << 32) | tail;
                count += 2;
                return count <= Groups;
            }

            if (group.Length is 0 or > 4)
                return false;
            uint value = 0;
            foreach (char c in group)
            {
                if (!char.IsAsciiHexDigit(c))
                    return false;
                value = (value << 4) | (uint)(char.IsAsciiDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
            }

            number = (number << 16) | value;
            if (++count > Groups)
                return false;
            if (colon < 0)
                return true;
            text = text[(colon + 1)..];
        }
    }
}
