using System.Net;
using System.Net.Sockets;
using CsCheck;
using Varai.FeatureFlags.Matching;

namespace Varai.Tests.FeatureFlags.Matching;

public sealed class AddressTextTests
{
    [Fact]
    public void TryParse_of_what_dotnet_writes_is_the_address() =>
        Gen.OneOf(Gen.Byte.Array[4], Gen.OneOf(Gen.Const((byte)0), Gen.Byte).Array[16]).Sample(bytes =>
        {
            var address = new IPAddress(bytes);

            Assert.True(AddressText.TryParse(address.ToString(), out UInt128 number, out bool isIPv4));
            Assert.Equal(Number(address), (number, isIPv4));
        });

    [Fact]
    public void TryParse_of_any_text_agrees_with_dotnet() =>
        Gen.OneOf(Gen.Char["0:f.1"].Array[0, 20], Gen.Char["01:"].Array[2, 17], Gen.Char["12."].Array[7, 9]).Select(chars => new string(chars)).Sample(
            text =>
            {
                bool isAddress = AddressText.TryParse(text, out UInt128 number, out bool isIPv4);

                // .NET also reads numbers without dots, octal ones and brackets.
                bool isPlain = text.Contains(':', StringComparison.Ordinal)
                    || (text.Split('.') is { Length: 4 } parts && parts.All(part => part.Length is > 0 and < 4 && (part.Length == 1 || part[0] != '0') && !part.Contains('f', StringComparison.Ordinal)));
                if (isPlain && IPAddress.TryParse(text, out IPAddress? address) && !HasOctal(text))
                    Assert.True(isAddress && Number(address) == (number, isIPv4), text);
                else
                    Assert.False(isAddress, text);
            },
            iter: 200_000);

    [Theory]
    [InlineData("10.0.0.0/8", "10.0.0.0", "10.255.255.255")]
    [InlineData("10.1.2.3", "10.1.2.3", "10.1.2.3")]
    [InlineData("0.0.0.0/0", "0.0.0.0", "255.255.255.255")]
    [InlineData("2001:db8::/32", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("::/0", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("::ffff:10.0.0.0/104", "10.0.0.0", "10.255.255.255")]
    public void TryParse_of_a_network_is_its_addresses(string text, string first, string last)
    {
        Assert.Null(AddressRange.TryParse(text, out AddressRange range));
        Assert.Equal((range.First, range.IsIPv4), Number(IPAddress.Parse(first)));
        Assert.Equal((range.Last, range.IsIPv4), Number(IPAddress.Parse(last)));
    }

    [Theory]
    [InlineData("10.0.0.1/8", "is an address within a network")]
    [InlineData("10.0.0.0/33", "out of range")]
    [InlineData("10.0.0.0/-1", "no number of bits")]
    [InlineData("10.0.0.0/", "no number of bits")]
    [InlineData("2001:db8::/129", "out of range")]
    [InlineData("::ffff:10.0.0.0/8", "out of range")]
    [InlineData("fe80::1%eth0", "is no IP address")]
    [InlineData("010.0.0.1", "is no IP address")]
    [InlineData("host", "is no IP address")]
    [InlineData("", "is no IP address")]
    public void TryParse_of_what_is_no_network_says_why(string text, string problem) =>
        Assert.Contains(problem, AddressRange.TryParse(text, out _), StringComparison.Ordinal);

    private static bool HasOctal(string text) => text.Split('.', ':').Any(part => text.Contains('.', StringComparison.Ordinal) && part.Length > 1 && part[0] == '0' && text.Split(':')[^1].Contains(part, StringComparison.Ordinal));

    private static (UInt128 Number, bool IsIPv4) Number(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        UInt128 number = 0;
        foreach (byte one in address.GetAddressBytes())
            number = (number << 8) | one;
        return (number, address.AddressFamily == AddressFamily.InterNetwork);
    }
}
