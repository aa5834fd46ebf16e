using System.Globalization;
using CsCheck;
using Varai.FeatureFlags.Matching;

namespace Varai.Tests.FeatureFlags.Matching;

public sealed class MomentTextTests
{
    [Fact]
    public void TryParse_of_what_dotnet_writes_is_the_moment() =>
        Gen.Select(Gen.DateTimeOffset, Gen.OneOf("O", "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mmzzz", "yyyy-MM-dd'T'HH:mm:ss.FFFzzz")).Sample((moment, format) =>
        {
            string text = moment.ToString(format, CultureInfo.InvariantCulture);
            long expected = DateTimeOffset.ParseExact(text, format, CultureInfo.InvariantCulture).UtcTicks;

            Assert.True(MomentText.TryParse(text, out long ticks), text);
            Assert.Equal(expected, ticks);
        });

    [Theory]
    [InlineData("2026-03-01T08:00:00Z", "2026-03-01T08:00:00.0000000+00:00")]
    [InlineData("2026-03-01t08:00z", "2026-03-01T08:00:00.0000000+00:00")]
    [InlineData("2024-02-29T23:59:59.123456789-05:30", "2024-02-29T23:59:59.1234567-05:30")]
    [InlineData("2026-03-01T08:00:00,5+01:00", "2026-03-01T08:00:00.5000000+01:00")]
    public void TryParse_of_iso_text_is_the_moment(string text, string expected)
    {
        Assert.True(MomentText.TryParse(text, out long ticks));
        Assert.Equal(DateTimeOffset.ParseExact(expected, "O", CultureInfo.InvariantCulture).UtcTicks, ticks);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-03-01")]
    [InlineData("2026-03-01T08:00:00")]
    [InlineData("2026-03-01T08:00")]
    [InlineData("2026-03-01 08:00:00Z")]
    [InlineData("2026-02-29T08:00:00Z")]
    [InlineData("2026-13-01T08:00:00Z")]
    [InlineData("2026-00-01T08:00:00Z")]
    [InlineData("2026-01-00T08:00:00Z")]
    [InlineData("0000-01-01T08:00:00Z")]
    [InlineData("2026-03-01T24:00:00Z")]
    [InlineData("2026-03-01T08:60:00Z")]
    [InlineData("2026-03-01T08:00:60Z")]
    [InlineData("2026-03-01T08:00:00+15:00")]
    [InlineData("2026-03-01T08:00:00+0100")]
    [InlineData("2026-03-01T08:00:00+01:60")]
    [InlineData("2026-03-01T08:00:00.Z")]
    [InlineData("2026-03-01T08:00:00.5")]
    [InlineData("2026-03-01T08:00:")]
    [InlineData("2026-03-01T08:00:0")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData("9999-12-31T23:59:59-14:00")]
    [InlineData("٢026-03-01T08:00:00Z")]
    public void TryParse_of_what_is_no_moment_says_no(string text) => Assert.False(MomentText.TryParse(text, out _));

    [Fact]
    public void TryParse_of_any_text_does_not_throw() =>
        Gen.Char["0123456789-T:Z+., a"].Array[0, 30].Select(chars => new string(chars)).Sample(text => Assert.True(!MomentText.TryParse(text, out long ticks) || ticks >= 0));
}
