using CsCheck;
using Varai.FeatureFlags.Matching;

namespace Varai.Tests.FeatureFlags.Matching;

public sealed class SemanticVersionTests
{
    // In ascending order; the middle part is the example of the specification, section 11.
    private static readonly string[] Ordered =
    [
        "0.0.0-0", "0.0.0", "0.0.1", "0.9.10", "0.10.0", "1.0.0-0", "1.0.0-9", "1.0.0-10", "1.0.0-99999999999999999999", "1.0.0-100000000000000000000",
        "1.0.0---", "1.0.0-A", "1.0.0-a-b", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.1.0", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2",
        "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1-x", "1.0.1", "1.2.0", "1.10.0", "2.0.0", "2.1.0", "2.1.1", "10.0.0",
        "18446744073709551616.0.0", "18446744073709551617.0.0",
    ];

    private static readonly Gen<string> Identifier = Gen.OneOf(
        Gen.Int[0, 30].Select(number => number.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        Gen.Char["aAbzZ09-"].Array[1, 3].Select(chars => new string(chars)).Where(text => text.Any(c => !char.IsAsciiDigit(c))));

    private static readonly Gen<string> Version = Gen.Select(Gen.Int[0, 2], Gen.Int[0, 2], Gen.Int[0, 11], Identifier.Array[0, 3], Identifier.Array[0, 2])
        .Select((major, minor, patch, pre, build) =>
            $"{major}.{minor}.{patch}{(pre.Length == 0 ? "" : "-" + string.Join('.', pre))}{(build.Length == 0 ? "" : "+" + string.Join('.', build))}");

    [Fact]
    public void Compare_of_the_reference_list_is_its_order()
    {
        for (int i = 0; i < Ordered.Length; i++)
        {
            for (int j = 0; j < Ordered.Length; j++)
                Assert.True(Compare(Ordered[i], Ordered[j]) == i.CompareTo(j), $"{Ordered[i]} {Ordered[j]}");
        }
    }

    [Fact]
    public void Compare_is_a_total_order() =>
        Gen.Select(Version, Version, Version).Sample((a, b, c) =>
        {
            Assert.Equal(0, Compare(a, a));
            Assert.Equal(-Compare(b, a), Compare(a, b));
            if (Compare(a, b) <= 0 && Compare(b, c) <= 0)
                Assert.True(Compare(a, c) <= 0);
            if (Compare(a, b) == 0)
                Assert.Equal(a.Split('+')[0], b.Split('+')[0]);
        });

    [Theory]
    [InlineData("1.0.0+build", "1.0.0")]
    [InlineData("1.0.0-rc.1+build.01", "1.0.0-rc.1+x-y")]
    public void Compare_ignores_build_metadata(string left, string right) => Assert.Equal(0, Compare(left, right));

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1.2")]
    [InlineData("1.2.3.4")]
    [InlineData("v1.2.3")]
    [InlineData("01.2.3")]
    [InlineData("1.02.3")]
    [InlineData("1.2.03")]
    [InlineData("1.2.3-")]
    [InlineData("1.2.3+")]
    [InlineData("1.2.3-01")]
    [InlineData("1.2.3-a..b")]
    [InlineData("1.2.3-ä")]
    [InlineData("1.2.3+a+b")]
    [InlineData("1.2.-3")]
    [InlineData(" 1.2.3")]
    [InlineData("1..3")]
    [InlineData("٣.2.1")]
    public void TryParse_of_what_is_no_version_says_no(string text) => Assert.False(SemanticVersion.TryParse(text, out _));

    private static int Compare(string left, string right)
    {
        Assert.True(SemanticVersion.TryParse(left, out SemanticVersion a), left);
        Assert.True(SemanticVersion.TryParse(right, out SemanticVersion b), right);
        return Math.Sign(SemanticVersion.Compare(a, b));
    }
}
