using System.Globalization;
using System.Numerics;
using CsCheck;
using Varai.Configuration.Schema;

namespace Varai.Tests.Configuration.Schema;

public sealed class ExactNumberTests
{
    private static readonly Gen<string> Numbers = Gen.Select(
        Gen.Bool.Select(negative => negative ? "-" : ""), Gen.String[Gen.Char['0', '9'], 1, 40], Gen.String[Gen.Char['0', '9'], 0, 25], Gen.Int[-30, 30],
        (sign, whole, fraction, exponent) =>
            $"{sign}{whole}{(fraction.Length > 0 ? "." + fraction : "")}{(exponent == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"e{exponent}"))}");

    [Theory]
    [InlineData("1", "1.0", 0)]
    [InlineData("1", "10e-1", 0)]
    [InlineData("0", "-0.000e5", 0)]
    [InlineData("-1", "0", -1)]
    [InlineData("0.1", "0.09999999999999999999999999999", 1)]
    [InlineData("9007199254740993", "9007199254740992", 1)]
    [InlineData("1e400", "1e401", -1)]
    [InlineData("-1e400", "-1e401", 1)]
    [InlineData("1e-400", "0", 1)]
    [InlineData("123456789012345678901234567890", "1.2345678901234567890123456789e29", 0)]
    [InlineData("100000000000000000000", "1e20", 0)]
    [InlineData("12", "123", -1)]
    [InlineData("1e99999999999999999999", "1e10", 1)]
    public void Compare_is_exact(string one, string other, int expected)
    {
        Assert.Equal(expected, Math.Sign(ExactNumber.Compare(Read(one), Read(other))));
        Assert.Equal(-expected, Math.Sign(ExactNumber.Compare(Read(other), Read(one))));
        Assert.Equal(expected == 0, Read(one).Equals(Read(other)));
        if (expected == 0)
            Assert.Equal(Read(one).GetHashCode(), Read(other).GetHashCode());
    }

    [Theory]
    [InlineData("0.3", "0.1", true)]
    [InlineData("0.0075", "0.0001", true)]
    [InlineData("0.00751", "0.0001", false)]
    [InlineData("1e308", "0.123456789", false)]
    [InlineData("1e400", "3", false)]
    [InlineData("3e400", "3", true)]
    [InlineData("12391239123", "1e-8", true)]
    [InlineData("9007199254740993", "2", false)]
    [InlineData("1000000000000000000000000000002", "1000000000000000000000000000001", false)]
    [InlineData("3000000000000000000000000000003", "1000000000000000000000000000001", true)]
    [InlineData("7", "1000000000000000000000000000001", false)]
    [InlineData("1e1000000000000", "7", false)]
    [InlineData("0", "7", true)]
    [InlineData("-4.5", "1.5", true)]
    public void IsMultipleOf_is_exact(string number, string divisor, bool expected) =>
        Assert.Equal(expected, Read(number).IsMultipleOf(Read(divisor)));

    [Theory]
    [InlineData("1.0", true)]
    [InlineData("1e2", true)]
    [InlineData("12.5e1", true)]
    [InlineData("0.0", true)]
    [InlineData("1.5", false)]
    [InlineData("1e-1", false)]
    public void IsInteger_goes_by_the_value(string number, bool expected) => Assert.Equal(expected, Read(number).IsInteger);

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("1x")]
    [InlineData("1.2.3")]
    [InlineData("NaN")]
    public void TryParse_other_text_is_no_number(string text) => Assert.False(ExactNumber.TryParse(text, out _));

    [Theory]
    [InlineData("12", 12L)]
    [InlineData("1.2e1", 12L)]
    [InlineData("-3", -3L)]
    [InlineData("9223372036854775807", null)]
    [InlineData("1e400", null)]
    [InlineData("1.5", null)]
    public void ToInt64_gives_whole_numbers_that_fit(string text, long? expected) => Assert.Equal(expected, Read(text).ToInt64());

    [Fact]
    public void Operations_agree_with_big_fractions() => Gen.Select(Numbers, Numbers).Sample((a, b) =>
    {
        (BigInteger x, BigInteger y) = (Scaled(a), Scaled(b));
        bool same = Math.Sign(ExactNumber.Compare(Read(a), Read(b))) == x.CompareTo(y) && Read(a).Equals(Read(b)) == (x == y);
        bool integer = Read(a).IsInteger == (x % Scaled("1")).IsZero;
        bool multiple = y <= 0 || Read(a).IsMultipleOf(Read(b)) == (x % y).IsZero;
        return same && integer && multiple;
    });

    private static ExactNumber Read(string text)
    {
        Assert.True(ExactNumber.TryParse(text, out ExactNumber number), text);
        return number;
    }

    // The number times 10^60, which makes every generated one whole.
    private static BigInteger Scaled(string text)
    {
        string[] parts = text.Split('e');
        int exponent = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0;
        int point = parts[0].IndexOf('.', StringComparison.Ordinal);
        int fraction = point < 0 ? 0 : parts[0].Length - point - 1;
        var digits = BigInteger.Parse(parts[0].Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        return digits * BigInteger.Pow(10, 60 + exponent - fraction);
    }
}
