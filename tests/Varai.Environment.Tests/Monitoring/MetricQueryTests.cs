using Varai.Monitoring;

namespace Varai.Tests.Monitoring;

public sealed class MetricQueryTests
{
    private static MetricQuery Errors => MetricQuery.Of("errors");

    public static TheoryData<string, MetricQuery> Texts => new()
    {
        { "last(errors[300s])", Errors },
        { "rate(errors{code=\"500\"}[60s])", Errors.Where("code", "500").Rate().Over(TimeSpan.FromMinutes(1)) },
        { "quantile(0.99, errors[300s]) by (region, plan)", Errors.Quantile(0.99).By("region", "plan") },
        { "sum(errors[300s]) by series or 0", Errors.Sum().BySeries().Or(0) },
        {
            "avg(errors{code=~\"5..\", path!=\"\\\"\", a!~\"b\"}[300s])",
            Errors.Average().Where(new LabelMatcher("code", LabelComparison.Matches, "5.."))
                .Where(new LabelMatcher("path", LabelComparison.NotEqual, "\"")).Where(new LabelMatcher("a", LabelComparison.DoesNotMatch, "b"))
        },
        {
            "(rate(errors[60s]) or 0) / rate(all[60s]) by (region)",
            Errors.Rate().Or(0).DividedBy(MetricQuery.Of("all").Rate()).Over(TimeSpan.FromMinutes(1)).By("region")
        },
        { "min(errors[300s])", Errors.Min() },
        { "max(errors[300s])", Errors.Max() },
        { "count(errors[300s])", Errors.Count() },
        { "increase(errors[300s])", Errors.Increase() },
        { "absent(errors[300s])", Errors.Absent() },
    };

    [Theory]
    [MemberData(nameof(Texts), DisableDiscoveryEnumeration = true)]
    public void ToString_AnyQuery_ReadsLikePrometheus(string expected, MetricQuery query) => Assert.Equal(expected, query.ToString());

    [Fact]
    public void Methods_GiveANewQuery()
    {
        MetricQuery query = Errors;
        query.Rate().Where("a", "b").By("c").Over(TimeSpan.FromHours(1)).Or(3);
        Assert.Equal("last(errors[300s])", query.ToString());
    }

    [Fact]
    public void Methods_WithWhatMeansNothing_Refuse()
    {
        Assert.Throws<ArgumentException>(() => MetricQuery.Of(""));
        Assert.Throws<ArgumentOutOfRangeException>(() => Errors.Over(TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => Errors.Quantile(1.01));
        Assert.Throws<ArgumentOutOfRangeException>(() => Errors.Quantile(double.NaN));
        Assert.Throws<ArgumentException>(() => Errors.By("a", ""));
        MetricQuery ratio = Errors.Rate().DividedBy(Errors.Rate());
        Assert.Throws<InvalidOperationException>(() => ratio.Rate());
        Assert.Throws<InvalidOperationException>(() => ratio.Where("a", "b"));
    }

    [Theory]
    [InlineData(LabelComparison.Equal, "a", "a", true)]
    [InlineData(LabelComparison.Equal, "a", "A", false)]
    [InlineData(LabelComparison.NotEqual, "a", "", true)]
    [InlineData(LabelComparison.Matches, "5..", "503", true)]
    [InlineData(LabelComparison.Matches, "5..", "5030", false)]
    [InlineData(LabelComparison.Matches, "a|b", "ab", false)]
    [InlineData(LabelComparison.Matches, ".*", "a\nb", true)]
    [InlineData(LabelComparison.Matches, "a", "a\n", false)]
    [InlineData(LabelComparison.DoesNotMatch, "5..", "404", true)]
    public void Matches_LikePrometheus(LabelComparison comparison, string value, string label, bool expected) =>
        Assert.Equal(expected, new LabelMatcher("x", comparison, value).Matches(label));

    [Theory]
    [InlineData("(")]
    [InlineData("(a)\\1")]
    [InlineData("(?=a)")]
    public void LabelMatcher_ABadExpression_IsRefused(string expression) =>
        Assert.ThrowsAny<ArgumentException>(() => new LabelMatcher("x", LabelComparison.Matches, expression));

    [Fact]
    public void LabelMatcher_NoSuchComparison_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new LabelMatcher("x", (LabelComparison)17, "y"));
}
