using Microsoft.Extensions.DependencyInjection;
using Varai.Monitoring;
using Varai.Monitoring.Alerts;

namespace Varai.Tests.Monitoring.Alerts;

public sealed class AlertRuleChecksTests
{
    private static readonly AlertRule Good = new AlertRuleBuilder("slow").Metric("time").Quantile(0.99).By("region").Above(2000).Build();

    public static TheoryData<AlertRule, string> Bad => new()
    {
        { Good with { For = TimeSpan.FromSeconds(-1) }, "has the negative duration -00:00:01 in For" },
        { Good with { KeepFiringFor = TimeSpan.FromSeconds(-1) }, "has the negative duration -00:00:01 in KeepFiringFor" },
        { Good with { Occurrences = 3, OutOf = 2 }, "asks for 3 of 2 evaluations: at least one of up to 64 are possible" },
        { Good with { OutOf = 65 }, "asks for 1 of 65 evaluations: at least one of up to 64 are possible" },
        { Good with { Severity = (AlertSeverity)9 }, "has the unknown severity 9" },
        { Good with { NoData = (AlertNoData)9 }, "has the unknown policy 9 for missing values" },
        { Good with { Terms = [] }, "compares nothing" },
        { Good with { Terms = [new AlertTerm()] }, "has a term that asks neither or both of a query and a function of the windows" },
        { Good with { Terms = [Good.Terms[0] with { Threshold = double.NaN }] }, "has a threshold that is not a number" },
        { Good with { Terms = [Good.Terms[0] with { Comparison = (AlertComparison)9 }] }, "has the unknown comparison 9" },
        { Good with { Terms = [Good.Terms[0] with { ClearThreshold = 3000 }] }, "fires at 2000 and would be cleared at 3000, which is the wrong side: the threshold while it fires must be easier to hold" },
        { Good with { Terms = [Good.Terms[0], new AlertTerm { Query = MetricQuery.Of("n").Count() }] }, "has terms that group by different labels, so that none of their groups are the same" },
        { Good with { Labels = new Dictionary<string, string> { ["v"] = "{{ $value }}" } }, "has the value in the label 'v', which would make another alert of each value: put it into an annotation" },
        { Good with { Labels = new Dictionary<string, string> { ["alertname"] = "x" } }, "has the label 'alertname', which can't be set" },
        { Good with { Annotations = new Dictionary<string, string> { ["summary"] = "{{" } }, "has the annotation 'summary', which is not a template: '{{': what begins with '{{' at position 1 has no '}}'" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void Find_WrongRule_SaysWhat(AlertRule rule, string problem) => Assert.Equal([$"The alert rule 'slow' {problem}."], AlertRuleChecks.Find(rule));

    [Fact]
    public void Find_GoodRule_FindsNothing() => Assert.Empty(AlertRuleChecks.Find(Good));

    [Fact]
    public void Build_Unfinished_SaysWhatIsMissing()
    {
        Assert.Equal(
            "The alert rule 'r' asks nothing: begin with Metric, Query or When.",
            Assert.Throws<InvalidOperationException>(() => new AlertRuleBuilder("r").Build()).Message);
        Assert.Equal(
            "The alert rule 'r' asks 'rate(m[300s])' and compares it with nothing: call Above, Below or another comparison.",
            Assert.Throws<InvalidOperationException>(() => new AlertRuleBuilder("r").Metric("m").Rate().Build()).Message);
        Assert.Equal(
            "The alert rule 'r' asks 'last(m[300s])' and compares it with nothing: call Above, Below or another comparison before the next query.",
            Assert.Throws<InvalidOperationException>(() => new AlertRuleBuilder("r").Metric("m").Metric("n")).Message);
        Assert.Equal(
            "The alert rule 'r' compares nothing: call Metric or Query before the comparison.",
            Assert.Throws<InvalidOperationException>(() => new AlertRuleBuilder("r").Above(1)).Message);
        Assert.Throws<InvalidOperationException>(() => new AlertRuleBuilder("r").Rate());
        Assert.Throws<InvalidOperationException>(() => new AlertRuleBuilder("r").In("staging", 1));
        Assert.Throws<InvalidOperationException>(() => new AlertRuleBuilder("r").When((IMetricWindows _) => true).MinimumEvents(1));
    }

    [Fact]
    public void MinimumEvents_OfARatio_CountsWhatItDividesBy()
    {
        MetricQuery all = MetricQuery.Of("requests").Where("route", "/orders").Rate();
        AlertRule rule = new AlertRuleBuilder("errors").Query(all.Where("code", "500").Or(0).DividedBy(all).Over(TimeSpan.FromMinutes(10)).By("region"))
            .Above(0.05).MinimumEvents(20).Build();
        Assert.Equal("increase(requests{route=\"/orders\"}[600s]) by (region) >= 20", rule.Terms[1].ToString());
        Assert.Empty(AlertRuleChecks.Find(rule));
    }

    [Fact]
    public void AddAlertRule_TwiceWithOneName_IsRefused()
    {
        VaraiBuilder builder = new VaraiBuilder(new ServiceCollection()).AddAlertRule(Good);
        Assert.StartsWith("There is an alert rule 'slow' already.", Assert.Throws<ArgumentException>(() => builder.AddAlertRule(Good)).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "The alert rule 'slow' compares nothing.",
            Assert.Throws<ArgumentException>(() => builder.AddAlertRule(Good with { Terms = [] })).Message,
            StringComparison.Ordinal);
    }
}
