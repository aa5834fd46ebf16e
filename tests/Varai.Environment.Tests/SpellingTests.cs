using CsCheck;
using Varai.Configuration.Documents;

namespace Varai.Tests;

public sealed class SpellingTests
{
    private static readonly string[] Names = ["timeout", "retries", "api_config", "feature_flags", "rate", "ip", "a"];

    [Theory]
    [InlineData("timout", "timeout")]
    [InlineData("timeotu", "timeout")]
    [InlineData("TIMEOUTS", "timeout")]
    [InlineData("retires", "retries")]
    [InlineData("featureflags", "feature_flags")]
    [InlineData("apiConfig", "api_config")]
    [InlineData("rates", "rate")]
    [InlineData("rat", "rate")]
    [InlineData("host", null)]
    [InlineData("b", null)]
    [InlineData("up", null)]
    [InlineData("", null)]
    [InlineData("timeout", "timeout")]
    public void Nearest_Word_FindsWhatWasMeantOrNothing(string word, string? expected) => Assert.Equal(expected, Spelling.Nearest(word, Names));

    [Fact]
    public void Nearest_SeveralAsNear_TakesTheFirst() => Assert.Equal("port1", Spelling.Nearest("port0", ["port1", "port2"]));

    [Fact]
    public void Nearest_VeryLongWords_AreLeftAlone() =>
        Assert.Null(Spelling.Nearest(new string('a', 100_000), [new string('a', 100_001)]));

    [Fact]
    public void Distance_AnyWords_IsSymmetricAndBoundedByTheirLengths() =>
        Gen.Select(Gen.String[Gen.Char['a', 'd'], 0, 8], Gen.String[Gen.Char['a', 'd'], 0, 8]).Sample((a, b) =>
        {
            int distance = Spelling.Distance(a, b);
            Assert.Equal(distance, Spelling.Distance(b, a));
            Assert.InRange(distance, Math.Abs(a.Length - b.Length), Math.Max(a.Length, b.Length));
            Assert.Equal(a == b, distance == 0);
        });
}
