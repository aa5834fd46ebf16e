using Varai.Monitoring;
using Varai.Tests.Monitoring.Delivery;

namespace Varai.Tests.Monitoring.Channels;

public sealed class NotificationTemplateTests
{
    [Fact]
    public void Write_EveryPlace_IsFilled() => Assert.Equal(
        "firing critical group production team 4 1 1 eu Orders are slow 2412.75 2026-12-01T09:40:00Z 2026-12-01T09:45:00Z https://varai.example/alerts  {x} CRITICAL 3x slow (production)",
        NotificationTemplate.Write(
            "{status} {severity} {reason} {environment} {receiver} {count} {firing} {resolved} {label.region} {annotation.summary} {value} {started} {at} {url} {label.none} {{x}} { title }",
            Some.Notification("n") with { Alerts = [Some.Alert(), Some.Alert(Some.Now)], TruncatedAlerts = 2 }));

    [Theory]
    [InlineData("{x}", "has the place '{x}', which is not known")]
    [InlineData("{label.}", "has the place '{label.}', which is not known")]
    [InlineData("ab {label.x", "has no end for the place that begins at character 3")]
    [InlineData("ab }", "has a brace without a beginning at character 3; two stand for one")]
    [InlineData("{{}} {label.x}", null)]
    public void FindProblem_OfATemplate_SaysWhatIsWrong(string template, string? problem) => Assert.Equal(problem, NotificationTemplate.FindProblem(template));

    [Theory]
    [InlineData(AlertStatus.Firing, AlertNotificationReason.Group, 1, "CRITICAL slow (production)")]
    [InlineData(AlertStatus.Resolved, AlertNotificationReason.Group, 3, "RESOLVED 3x slow (production)")]
    [InlineData(AlertStatus.Firing, AlertNotificationReason.Escalation, 2, "ESCALATION CRITICAL 2x slow (production)")]
    public void Title_OfANotification_IsShort(AlertStatus status, AlertNotificationReason reason, int count, string title) => Assert.Equal(
        title, AlertText.Title(Some.Notification("n", status: status) with { Reason = reason, Alerts = [.. Enumerable.Repeat(Some.Notification("n", status: status).Alerts[0], count)] }));

    [Fact]
    public void Body_OfManyAlerts_DescribesTenAndCountsTheRest()
    {
        string body = AlertText.Body(Some.Notification("n") with { Alerts = [.. Enumerable.Repeat(Some.Alert(), 12)], TruncatedAlerts = 5 });
        Assert.Equal(10, body.Split("Orders are slow").Length - 1);
        Assert.EndsWith("\n\nand 7 more\n\nhttps://varai.example/alerts", body, StringComparison.Ordinal);
    }

    [Fact]
    public void Describe_AnAlertThatHasEnded_SaysFromWhenToWhen() => Assert.Equal(
        "Orders are slow\nValue: 2412.75\nLabels: region=eu\nResolved: 2026-12-01T09:45:00Z, began 2026-12-01T09:40:00Z\nhttps://runbooks.example/slow",
        AlertText.Describe(Some.Alert(Some.Now), Some.Now));

    [Theory]
    [InlineData("abc", 3, "abc")]
    [InlineData("abcd", 3, "ab…")]
    [InlineData("a😀b", 3, "a…")]
    [InlineData("a😀bc", 4, "a😀…")]
    public void Cut_ATextThatIsTooLong_HalvesNoCharacter(string text, int length, string expected) => Assert.Equal(expected, AlertText.Cut(text, length));

    [Theory]
    [InlineData(0.1234567, "0.123457")]
    [InlineData(2412.75, "2412.75")]
    [InlineData(12345678, "12345678")]
    [InlineData(1e20, "1E+20")]
    [InlineData(double.NaN, "NaN")]
    public void Number_Values_AreReadable(double value, string expected) => Assert.Equal(expected, AlertText.Number(value));
}
