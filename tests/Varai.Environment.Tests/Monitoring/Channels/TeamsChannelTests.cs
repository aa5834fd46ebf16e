using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Varai.Monitoring;
using Varai.Monitoring.Channels;
using Varai.Testing.Monitoring;
using Varai.Tests.Monitoring.Delivery;

namespace Varai.Tests.Monitoring.Channels;

public sealed class TeamsChannelTests : IAsyncDisposable
{
    private const string Canary = "sig=s3cr3t-canary";

    private readonly HttpService _service = new();

    public TeamsChannelTests() => _service.Answer = Serve;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task Send_Firing_IsThatCardByteForByte()
    {
        await using ChannelHost host = Host();
        await host.SendAsync(Some.Notification("n"));

        Assert.Equal(
            """{"type":"message","attachments":[{"contentType":"application/vnd.microsoft.card.adaptive","contentUrl":null,"content":{"$schema":"http://adaptivecards.io/schemas/adaptive-card.json","type":"AdaptiveCard","version":"1.4","fallbackText":"CRITICAL slow (production)","body":[""" +
            """{"type":"RichTextBlock","spacing":"None","inlines":[{"type":"TextRun","text":"CRITICAL slow (production)","size":"Medium","weight":"Bolder","color":"Attention"}]},""" +
            """{"type":"RichTextBlock","spacing":"Medium","inlines":[{"type":"TextRun","text":"Orders are slow","size":"Default","weight":"Bolder","color":"Default"}]},""" +
            """{"type":"RichTextBlock","spacing":"None","inlines":[{"type":"TextRun","text":"Value: 2412.75","size":"Small","color":"Default"}]},""" +
            """{"type":"RichTextBlock","spacing":"None","inlines":[{"type":"TextRun","text":"Labels: region=eu","size":"Small","color":"Default"}]},""" +
            """{"type":"RichTextBlock","spacing":"None","inlines":[{"type":"TextRun","text":"Since: 2026-12-01T09:40:00Z","size":"Small","color":"Default"}]}],"actions":[{"type":"Action.OpenUrl","title":"Open","url":"https://varai.example/alerts"},{"type":"Action.OpenUrl","title":"Runbook","url":"https://runbooks.example/slow"},{"type":"Action.OpenUrl","title":"Source","url":"https://varai.example/rules/slow?x=1&y=2"}],"msteams":{"width":"Full"}}}]}""",
            _service.Last.Text);
    }

    [Fact]
    public async Task Send_Resolved_IsGreen()
    {
        await using ChannelHost host = Host();
        await host.SendAsync(Some.Notification("n", status: AlertStatus.Resolved));
        JsonNode run = JsonNode.Parse(_service.Last.Body)!["attachments"]![0]!["content"]!["body"]![0]!["inlines"]![0]!;
        Assert.Equal(("RESOLVED slow (production)", "Good"), ((string?)run["text"], (string?)run["color"]));
    }

    [Theory]
    [InlineData(400, false)]
    [InlineData(404, false)]
    [InlineData(413, false)]
    [InlineData(429, true)]
    [InlineData(502, true)]
    public async Task Send_Refused_IsTransientWhereTryingAgainMayHelp(int status, bool isTransient)
    {
        _service.Answer = _ => new HttpAnswer(status, "s3cr3t-body");
        await using ChannelHost host = Host();
        Assert.Equal(isTransient, (await host.FailAsync(Some.Notification("n"))).IsTransient);
    }

    [Fact]
    public async Task Contract_OfTeams_IsKept()
    {
        await using ChannelHost host = Host();
        await new AlertChannelContract(host.Channel, () => _service.Accepted.Count) { BreakDown = broken => _service.IsBroken = broken, Secrets = [Canary] }.RunAsync(Token);
    }

    [Fact]
    public void Validate_NoAddress_IsRefused() => Assert.Equal(
        ["Varai:AlertChannels:teams:WebhookUrl or WebhookUrlSecret must be set."], new TeamsOptionsValidator().Validate("teams", new TeamsOptions()).Failures);

    // A workflow answers 202; what it can't post is refused with 413 or 400.
    private static HttpAnswer Serve(HttpCall call)
    {
        if (call.Body.Length > 28 * 1024)
            return new HttpAnswer(413);
        JsonNode card = JsonNode.Parse(call.Body)!["attachments"]![0]!["content"]!;
        bool isValid = call.Method == "POST" && call.Path.EndsWith(Canary, StringComparison.Ordinal) && call.Header("Content-Type") == "application/json" && (string?)card["type"] == "AdaptiveCard"
            && card["body"]!.AsArray().All(b => ((string?)b!["inlines"]![0]!["text"])?.Length > 0);
        return new HttpAnswer(isValid ? 202 : 400);
    }

    private ChannelHost Host()
    {
        var host = new ChannelHost(varai => varai.AddTeams(o => o.WebhookUrlSecret = "teams-hook"));
        host.Secrets.Set("teams-hook", $"{_service.Url}/workflows/1?api-version=1&{Canary}");
        return host;
    }
}
