using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Varai.Monitoring;
using Varai.Monitoring.Channels;
using Varai.State;
using Varai.Testing.Monitoring;
using Varai.Tests.Monitoring.Delivery;

namespace Varai.Tests.Monitoring.Channels;

public sealed class SlackChannelTests : IAsyncDisposable
{
    private const string BotToken = "xoxb-s3cr3t-canary";

    private readonly HttpService _service = new();
    private int _ts;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task Send_ThroughAWebhook_IsThatByteForByte()
    {
        _service.Answer = Webhook;
        await using ChannelHost host = WebhookHost();
        await host.SendAsync(Some.Notification("n"));

        Assert.Equal(
            """{"text":"CRITICAL slow (production) - Orders are slow","blocks":[{"type":"header","text":{"type":"plain_text","text":"🔴 CRITICAL slow (production)"}},""" +
            """{"type":"section","text":{"type":"mrkdwn","text":"*Orders are slow*\nValue: 2412.75\nLabels: region=eu\nSince: 2026-12-01T09:40:00Z\n<https://runbooks.example/slow|Runbook>"}},""" +
            """{"type":"context","elements":[{"type":"mrkdwn","text":"<https://varai.example/alerts|Open>  |  <https://varai.example/rules/slow?x=1&amp;y=2|Source>  |  team"}]}]}""",
            _service.Last.Text.Replace("\\uD83D\\uDD34", "🔴", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Send_AsABot_AnswersToTheFirstMessageOfTheGroupUntilItIsOver()
    {
        _service.Answer = Api;
        await using ChannelHost host = BotHost();
        await host.SendAsync(Some.Notification("a", "group"));
        Assert.Equal(("/api/chat.postMessage", $"Bearer {BotToken}", "application/json; charset=utf-8"), (_service.Last.Path, _service.Last.Header("Authorization"), _service.Last.Header("Content-Type")));
        Assert.Equal(("C0123456789", null), (Sent("channel"), Sent("thread_ts")));
        await host.SendAsync(Some.Notification("other", "other"));
        Assert.Null(Sent("thread_ts"));
        await host.SendAsync(Some.Notification("b", "group"));
        Assert.Equal(("1.000001", null), (Sent("thread_ts"), Sent("reply_broadcast")));
        await host.SendAsync(Some.Notification("c", "group") with { Reason = AlertNotificationReason.Escalation });
        Assert.Equal(("1.000001", "true"), (Sent("thread_ts"), Sent("reply_broadcast")));
        await host.SendAsync(Some.Notification("d", "group", AlertStatus.Resolved));
        Assert.Equal("1.000001", Sent("thread_ts"));
        await host.SendAsync(Some.Notification("e", "group"));
        Assert.Null(Sent("thread_ts"));
    }

    [Fact]
    public async Task Threads_OfTwoEnvironmentsOnOneStore_AreTheirOwn()
    {
        var store = new InMemoryStateStore(new StateOptions(), TimeProvider.System);
        var production = new SlackThreads(store, () => "production", "slack", NullLogger.Instance);
        var staging = new SlackThreads(store, () => "staging", "slack", NullLogger.Instance);
        await production.RememberAsync("group", "1.5", Token);
        Assert.Null(await staging.FindAsync("group", Token));
        await staging.ForgetAsync("group", Token);

        Assert.Equal("1.5", await production.FindAsync("group", Token));
    }

    [Fact]
    public async Task Send_TheThreadIsGone_BeginsANewOne()
    {
        _service.Answer = Api;
        await using ChannelHost host = BotHost();
        await host.SendAsync(Some.Notification("a", "group"));
        _service.Answer = call => Has(call, "thread_ts") ? Json("""{"ok":false,"error":"thread_not_found"}""") : Api(call);
        Assert.True((await host.FailAsync(Some.Notification("b", "group"))).IsTransient);
        await host.SendAsync(Some.Notification("b", "group"));

        Assert.Null(Sent("thread_ts"));
    }

    [Theory]
    [InlineData("ratelimited", true)]
    [InlineData("internal_error", true)]
    [InlineData("channel_not_found", false)]
    [InlineData("invalid_auth", false)]
    [InlineData("msg_too_long", false)]
    public async Task Send_AsABotRefused_IsTransientWhereTheCodeSaysSo(string code, bool isTransient)
    {
        _service.Answer = _ => Json($$"""{"ok":false,"error":"{{code}}","needed":"s3cr3t"}""");
        await using ChannelHost host = BotHost();
        AlertChannelException error = await host.FailAsync(Some.Notification("n"));

        Assert.Equal((isTransient, $"Slack (alert channel 'slack') refused the message: {code}."), (error.IsTransient, error.Message));
    }

    [Theory]
    [InlineData(400, "invalid_payload", false, "answered 400 (invalid_payload).")]
    [InlineData(403, "action_prohibited", false, "answered 403 (action_prohibited). Check the key.")]
    [InlineData(404, "no_service", false, "answered 404 (no_service). Check the address.")]
    [InlineData(410, "channel_is_archived", false, "answered 410 (channel_is_archived).")]
    [InlineData(500, "rollup_error", true, "answered 500 (rollup_error).")]
    [InlineData(502, "<html>S3CR3T</html>", true, "answered 502.")]
    public async Task Send_ThroughAWebhookRefused_IsTransientWhereTheStatusSaysSo(int status, string body, bool isTransient, string part)
    {
        _service.Answer = _ => new HttpAnswer(status, body);
        await using ChannelHost host = WebhookHost();
        AlertChannelException error = await host.FailAsync(Some.Notification("n"));

        Assert.Equal(isTransient, error.IsTransient);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("S3CR3T", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_AWebhookThatWasReplaced_IsTriedAgain()
    {
        _service.Answer = static call => call.Path == "/new" ? new HttpAnswer(200, "ok") : new HttpAnswer(404, "no_service");
        await using var host = new ChannelHost(varai => varai.AddSlack(o => o.WebhookUrlSecret = "slack-hook"));
        host.Secrets.Set("slack-hook", $"{_service.Url}/old");
        await host.FailAsync(Some.Notification("n"));
        host.Secrets.Set("slack-hook", $"{_service.Url}/new");
        Assert.True((await host.FailAsync(Some.Notification("n"))).IsTransient);
        await host.SendAsync(Some.Notification("n"));
    }

    [Fact]
    public async Task Send_TextsOfTheUsers_AreEscapedAndSplit()
    {
        _service.Answer = Webhook;
        await using ChannelHost host = WebhookHost(o =>
        {
            o.Message.Title = "{severity} <{label.region}>";
            o.Message.FormatBody = _ => string.Join('\n', Enumerable.Repeat("a & b <c>", 700));
        });
        await host.SendAsync(Some.Notification("n"));

        JsonArray blocks = JsonNode.Parse(_service.Last.Body)!["blocks"]!.AsArray();
        Assert.Equal("🔴 critical <eu>", (string?)blocks[0]!["text"]!["text"]);
        Assert.StartsWith("critical &lt;eu&gt; - ", (string?)JsonNode.Parse(_service.Last.Body)!["text"], StringComparison.Ordinal);
        string[] sections = [.. blocks.Where(b => (string?)b!["type"] == "section").Select(b => (string)b!["text"]!["text"]!)];
        Assert.True(sections.Length >= 4);
        Assert.All(sections, s => Assert.StartsWith("a &amp; b &lt;c&gt;", s, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Send_ATemplateThatThrows_FailsForGood()
    {
        await using ChannelHost host = WebhookHost(o => o.Message.FormatTitle = static _ => throw new InvalidOperationException("s3cr3t"));
        AlertChannelException error = await host.FailAsync(Some.Notification("n"));

        Assert.Equal((false, "The title of the message could not be written: InvalidOperationException."), (error.IsTransient, error.Message));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Contract_OfSlack_IsKept(bool isBot)
    {
        const string Canary = "T0/B0/s3cr3t-canary";
        _service.Answer = isBot ? Api : Webhook;
        await using ChannelHost host = isBot ? BotHost() : WebhookHost(o => o.WebhookUrl += Canary);
        await new AlertChannelContract(host.Channel, () => _service.Accepted.Count) { BreakDown = broken => _service.IsBroken = broken, Secrets = [BotToken, Canary] }.RunAsync(Token);
    }

    [Theory]
    [InlineData(null, null, null, "WebhookUrl or WebhookUrlSecret, or Token or TokenSecret, must be set.")]
    [InlineData("https://hooks.slack.com/x", "xoxb", "C1", "WebhookUrl and Token are both set; set one.")]
    [InlineData("http://hooks.slack.com/x", null, null, "WebhookUrl must be an address of https.")]
    [InlineData(null, "xoxb", null, "Conversation must be set where there is a token.")]
    public void Validate_AMistake_IsRefused(string? url, string? token, string? conversation, string message) => Assert.Equal(
        [$"Varai:AlertChannels:slack:{message}"],
        new SlackOptionsValidator().Validate("slack", new SlackOptions { WebhookUrl = url, Token = token, Conversation = conversation }).Failures);

    [Fact]
    public void Validate_ABadTemplate_IsRefused()
    {
        var options = new SlackOptions { WebhookUrl = "https://hooks.slack.com/x" };
        options.Message.Title = "{nothing}";
        options.Message.Body = "a {label.b";
        Assert.Equal(
            ["Varai:AlertChannels:slack:Message:Title has the place '{nothing}', which is not known.", "Varai:AlertChannels:slack:Message:Body has no end for the place that begins at character 2."],
            new SlackOptionsValidator().Validate("slack", options).Failures);
    }

    private static HttpAnswer Json(string text) => new(200, text) { ContentType = "application/json" };

    private static bool Has(HttpCall call, string member) => JsonNode.Parse(call.Body)![member] is not null;

    private string? Sent(string member) => JsonNode.Parse(_service.Last.Body)![member]?.ToString();

    private HttpAnswer Webhook(HttpCall call) => FindProblem(call) is { } problem ? new HttpAnswer(400, problem) : new HttpAnswer(200, "ok");

    private HttpAnswer Api(HttpCall call)
    {
        if (call.Header("Authorization") != $"Bearer {BotToken}")
            return Json("""{"ok":false,"error":"invalid_auth"}""");
        string? problem = (string?)JsonNode.Parse(call.Body)!["channel"] == "C0123456789" ? FindProblem(call) : "channel_not_found";
        return Json(problem is null ? $$$"""{"ok":true,"channel":"C0123456789","ts":"1.{{{++_ts:D6}}}","message":{"text":"s3cr3t"}}""" : $$"""{"ok":false,"error":"{{problem}}"}""");
    }

    // The limits of Block Kit and of messages.
    private static string? FindProblem(HttpCall call)
    {
        JsonNode message = JsonNode.Parse(call.Body)!;
        JsonArray blocks = message["blocks"]!.AsArray();
        if (call.Method != "POST" || call.Header("Content-Type")?.StartsWith("application/json", StringComparison.Ordinal) != true)
            return "invalid_payload";
        if (((string?)message["text"])?.Length is null or 0 or > 4000 || blocks.Count is 0 or > 50)
            return "invalid_blocks";
        int length = 0;
        foreach (JsonNode? block in blocks)
        {
            (string type, string text, int most) = (string?)block!["type"] switch
            {
                "header" => ((string)block["text"]!["type"]!, (string)block["text"]!["text"]!, 150),
                "section" => ((string)block["text"]!["type"]!, (string)block["text"]!["text"]!, 3000),
                "context" => ((string)block["elements"]![0]!["type"]!, (string)block["elements"]![0]!["text"]!, 2000),
                _ => ("", "", 0),
            };
            if (text.Length == 0 || text.Length > most || (type != "plain_text") != ((string?)block["type"] != "header"))
                return "invalid_blocks_format";
            length += text.Length;
        }

        return length > 13_200 ? "msg_too_long" : null;
    }

    private ChannelHost WebhookHost(Action<SlackOptions>? configure = null) => new(varai => varai.AddSlack(o =>
    {
        o.WebhookUrl = $"{_service.Url}/services/";
        configure?.Invoke(o);
    }));

    private ChannelHost BotHost()
    {
        var host = new ChannelHost(varai => varai.AddSlack(o => (o.TokenSecret, o.Conversation, o.ApiUrl) = ("slack-token", "C0123456789", $"{_service.Url}/api/")));
        host.Secrets.Set("slack-token", BotToken);
        return host;
    }
}
