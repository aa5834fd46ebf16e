using CsCheck;
using Varai.Monitoring.Channels;

namespace Varai.Tests.Monitoring.Channels;

public sealed class SmsTextTests
{
    private const string Characters = "aZ09 @£é\n€{}[]~|^\\漢é😀ж…–’";

    [Theory]
    [InlineData("a", 160, 1)]
    [InlineData("a", 161, 2)]
    [InlineData("a", 306, 2)]
    [InlineData("a", 307, 3)]
    [InlineData("€", 80, 1)]
    [InlineData("€", 81, 2)] // 153 septets hold 76 characters of two
    [InlineData("€", 152, 2)]
    [InlineData("€", 153, 3)]
    [InlineData("漢", 70, 1)]
    [InlineData("漢", 71, 2)]
    [InlineData("漢", 134, 2)]
    [InlineData("漢", 135, 3)]
    [InlineData("😀", 35, 1)]
    [InlineData("😀", 36, 2)]
    [InlineData("😀", 66, 2)] // 67 units hold 33 characters of two
    [InlineData("😀", 67, 3)]
    [InlineData("", 1, 1)]
    public void CountSegments_Texts_AreThoseOfTheStandard(string text, int times, int segments) =>
        Assert.Equal(segments, SmsText.CountSegments(string.Concat(Enumerable.Repeat(text, times))));

    [Fact]
    public void Fit_TypographicCharacters_StayInTheSmallAlphabet()
    {
        string text = SmsText.Fit("“slow” – 3× it’s…\t\u0007x", 1);
        Assert.Equal("\"slow\" - 3x it's...  x", text);
        Assert.True(SmsText.IsGsm7(text));
    }

    [Fact]
    public void Fit_AnyText_FitsIsABeginningAndIsAsLongAsItCanBe() =>
        Gen.Select(Gen.Int[0, 22].Array[0, 900], Gen.Int[1, 4]).Sample((indexes, segments) =>
        {
            string[] all = [.. System.Globalization.StringInfo.GetTextElementEnumerator(Characters) is var e ? Elements(e) : []];
            string text = string.Concat(indexes.Select(i => all[i % all.Length]));
            string simple = SmsText.Simplify(text).Trim();
            string fitted = SmsText.Fit(text, segments);
            if (SmsText.CountSegments(fitted) > segments || fitted.Length > SmsText.MaximumLength)
                return false;
            if (fitted == simple)
                return true;
            return fitted.EndsWith("...", StringComparison.Ordinal) && simple.StartsWith(fitted[..^3], StringComparison.Ordinal)
                && SmsText.CountSegments(simple) > segments && fitted.Length >= Math.Min(simple.Length, segments * 67) - 70;
        });

    private static IEnumerable<string> Elements(System.Globalization.TextElementEnumerator elements)
    {
        while (elements.MoveNext())
            yield return (string)elements.Current;
    }
}
