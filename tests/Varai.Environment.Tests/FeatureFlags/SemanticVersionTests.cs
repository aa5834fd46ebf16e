using Varai.FeatureFlags.Engine;

namespace Varai.Tests.FeatureFlags;

public sealed class SemanticVersionTests
{
    // The order that semver.org gives, and its numbers beside words.
    private static readonly string[] Ascending =
    [
        "0.0.1", "0.9", "1.0.0-0", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",
        "1.0.0", "1.0.1", "1.2", "1.10.0", "2", "10.0.0", "18446744073709551615.0.0",
    ];

    [Fact]
    public void CompareTo_orders_as_semver_says()
    {
        for (int i = 0; i < Ascending.Length; i++)
        {
            for (int j = 0; j < Ascending.Length; j++)
            {
                Assert.True(SemanticVersion.TryParse(Ascending[i], out SemanticVersion a));
                Assert.True(SemanticVersion.TryParse(Ascending[j] + "+build.1", out SemanticVersion b));
                Assert.Equal(i.CompareTo(j), Math.Sign(a.CompareWith(b)));
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("1.")]
    [InlineData("1.2.3.4")]
    [InlineData("v1.0.0")]
    [InlineData("01.0.0")]
    [InlineData("1.0.0-")]
    [InlineData("1.0.0-01")]
    [InlineData("1.0.0-a..b")]
    [InlineData("1.0.0-ä")]
    [InlineData("1.0.0+")]
    [InlineData("-1")]
    [InlineData("1e3")]
    [InlineData("18446744073709551616.0.0")]
    public void TryParse_refuses_what_is_none(string text) => Assert.False(SemanticVersion.TryParse(text, out _));
}
