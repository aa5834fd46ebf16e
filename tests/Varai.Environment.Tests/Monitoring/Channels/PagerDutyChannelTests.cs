using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Varai.Monitoring;
using Varai.Monitoring.Channels;
using Varai.Testing.Monitoring;
using Varai.Tests.Monitoring.Delivery;

namespace Varai.Tests.Monitoring.Channels;

public sealed class PagerDutyChannelTests : IAsyncDisposable
{
    private const string Key = "0123456789abcdef0123456789ABCDEF";
    private static readonly string[] Actions = ["trigger", "acknowledge", "resolve"];
    private static readonly string[] Severities = ["critical", "error", "warning", "info"];

    private readonly HttpService _service = new();

    public PagerDutyChannelTests() => _service.Answer = Serve;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task Send_Firing_TriggersThatByteForByte()
    {
        await using ChannelHost host = Host();
        AlertNotification notification = Some.Notification("n", "group");
        await host.SendAsync(notification);

        Assert.Equal(
            """{"routing_key":"0123456789abcdef0123456789ABCDEF","event_action":"trigger","dedup_key":"DEDUP","payload":{"summary":"CRITICAL slow (production)","source":"production","severity":"critical","timestamp":"2026-12-01T09:40:00Z","class":"slow","group":"team","custom_details":{"environment":"production","firing":["Orders are slow\nValue: 2412.75\nLabels: region=eu\nSince: 2026-12-01T09:40:00Z\nhttps://runbooks.example/slow"]}},"links":[{"href":"https://runbooks.example/slow","text":"Runbook"},{"href":"https://varai.example/rules/slow?x=1&y=2","text":"Source"}],"client":"Varai","client_url":"https://varai.example/alerts"}""",
            _service.Last.Text.Replace(PagerDutyEvent.DedupKeyOf(notification), "DEDUP", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Send_Resolved_ResolvesTheSameIncident()
    {
        await using ChannelHost host = Host();
        await host.SendAsync(Some.Notification("a", "group"));
        await host.SendAsync(Some.Notification("b", "group", AlertStatus.Resolved));

        JsonNode[] sent = [.. _service.Calls.Select(c => JsonNode.Parse(c.Body)!)];
        Assert.Equal(["trigger", "resolve"], sent.Select(e => (string?)e["event_action"]));
        Assert.Equal((string?)sent[0]["dedup_key"], (string?)sent[1]["dedup_key"]);
        Assert.NotEqual(PagerDutyEvent.DedupKeyOf(Some.Notification("a", "group")), PagerDutyEvent.DedupKeyOf(Some.Notification("a", "group") with { Environment = "staging" }));
    }

    [Fact]
    public async Task Test_OfTheChannel_LeavesNoIncident()
    {
        await using ChannelHost host = Host();
        Assert.True((await host.Channels.TestAsync("pagerduty", Token)).IsSent);

        Assert.Equal(["trigger", "resolve"], _service.Calls.Select(c => (string?)JsonNode.Parse(c.Body)!["event_action"]));
    }

    [Fact]
    public async Task Send_MoreThanFits_IsCutAndCounted()
    {
        await using ChannelHost host = Host();
        Alert big = Some.Alert() with { Annotations = new Dictionary<string, string> { ["summary"] = "s", ["description"] = new string('d', 7000) } };
        await host.SendAsync(Some.Notification("n") with { Alerts = [.. Enumerable.Repeat(big, 300)] });

        JsonNode details = JsonNode.Parse(_service.Last.Body)!["payload"]!["custom_details"]!;
        Assert.InRange(_service.Last.Body.Length, 200_000, PagerDutyEvent.MaximumBytes);
        Assert.Equal(300, details["firing"]!.AsArray().Count + (int)details["more_alerts"]!);
    }

    [Theory]
    [InlineData(400, false)]
    [InlineData(403, false)]
    [InlineData(429, true)]
    [InlineData(500, true)]
    [InlineData(503, true)]
    public async Task Send_Refused_IsTransientWhereTheDocumentationSaysSo(int status, bool isTransient)
    {
        _service.Answer = _ => new HttpAnswer(status, """{"status":"invalid event","message":"s3cr3t","errors":["s3cr3t"]}""");
        await using ChannelHost host = Host();
        AlertChannelException error = await host.FailAsync(Some.Notification("n"));

        Assert.Equal(isTransient, error.IsTransient);
        Assert.DoesNotContain("s3cr3t", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_AKeyThatIsNone_IsToldWithoutIt()
    {
        await using ChannelHost host = Host();
        host.Secrets.Set("pd", "s3cr3t-and-short");
        AlertChannelException error = await host.FailAsync(Some.Notification("n"));

        Assert.True(error.IsTransient);
        Assert.DoesNotContain("s3cr3t", error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_service.Calls);
    }

    [Fact]
    public async Task Contract_OfPagerDuty_IsKept()
    {
        await using ChannelHost host = Host();
        await new AlertChannelContract(host.Channel, () => _service.Accepted.Count) { BreakDown = broken => _service.IsBroken = broken, Secrets = [Key] }.RunAsync(Token);
    }

    [Fact]
    public void Validate_Mistakes_AreRefused() => Assert.Equal(
        ["Varai:AlertChannels:pd:RoutingKey must have 32 letters and digits.", "Varai:AlertChannels:pd:Url must be an address of https."],
        new PagerDutyOptionsValidator().Validate("pd", new PagerDutyOptions { RoutingKey = "short", Url = "http://events.example" }).Failures);

    // What the Events API v2 asks of an event.
    private static HttpAnswer Serve(HttpCall call)
    {
        JsonNode sent = JsonNode.Parse(call.Body)!;
        JsonNode? payload = sent["payload"];
        bool isTrigger = (string?)sent["event_action"] == "trigger";
        bool isValid = call is { Method: "POST", Path: "/v2/enqueue", Body.Length: <= 524_288 } && call.Header("Content-Type") == "application/json"
            && (string?)sent["routing_key"] == Key && Actions.Contains((string?)sent["event_action"]) && ((string?)sent["dedup_key"])?.Length is > 0 and <= 255
            && (!isTrigger || (((string?)payload!["summary"])?.Length is > 0 and <= 1024 && ((string?)payload["source"])?.Length > 0
                && Severities.Contains((string?)payload["severity"]) && DateTimeOffset.TryParse((string?)payload["timestamp"], out _)
                && sent["links"]!.AsArray().All(l => Uri.IsWellFormedUriString((string?)l!["href"], UriKind.Absolute))));
        return isValid ? new HttpAnswer(202, $$"""{"status":"success","message":"Event processed","dedup_key":"{{sent["dedup_key"]}}"}""") : new HttpAnswer(400, """{"status":"invalid event"}""");
    }

    private ChannelHost Host()
    {
        var host = new ChannelHost(varai => varai.AddPagerDuty(o => (o.RoutingKeySecret, o.Url) = ("pd", $"{_service.Url}/v2/enqueue")));
        host.Secrets.Set("pd", Key);
        return host;
    }
}
