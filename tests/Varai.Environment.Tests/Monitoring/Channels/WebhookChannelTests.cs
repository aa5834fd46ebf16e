using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Varai.Monitoring;
using Varai.Monitoring.Channels;
using Varai.Testing.Monitoring;
using Varai.Tests.Monitoring.Delivery;
using Varai.Tests.TestResources;

namespace Varai.Tests.Monitoring.Channels;

public sealed class WebhookChannelTests : IAsyncDisposable
{
    // The vector that Standard Webhooks publishes.
    private const string Key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string OtherKey = "whsec_YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXo=";

    private readonly HttpService _service = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task Send_TheAlertmanagerFormat_IsThatByteForByte()
    {
        await using ChannelHost host = Host();
        AlertNotification notification = Some.Notification("n", "{}:{alertname=\"slow\"}") with { Alerts = [Some.Alert(), Some.Alert(Some.Now.AddSeconds(-1.25))], TruncatedAlerts = 2 };
        await host.SendAsync(notification);

        Assert.Equal(("POST", "/hook", "application/json"), (_service.Last.Method, _service.Last.Path, _service.Last.Header("Content-Type")));
        Assert.Equal(
            """{"receiver":"team","status":"firing","alerts":[""" +
            """{"status":"firing","labels":{"alertname":"slow","region":"eu","severity":"critical"},"annotations":{"runbook_url":"https://runbooks.example/slow","summary":"Orders are slow"},"startsAt":"2026-12-01T09:40:00Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"https://varai.example/rules/slow?x=1&y=2","fingerprint":"FINGERPRINT"},""" +
            """{"status":"resolved","labels":{"alertname":"slow","region":"eu","severity":"critical"},"annotations":{"runbook_url":"https://runbooks.example/slow","summary":"Orders are slow"},"startsAt":"2026-12-01T09:40:00Z","endsAt":"2026-12-01T09:44:58.75Z","generatorURL":"https://varai.example/rules/slow?x=1&y=2","fingerprint":"FINGERPRINT"}""" +
            """],"groupLabels":{"alertname":"slow"},"commonLabels":{"alertname":"slow","region":"eu","severity":"critical"},"commonAnnotations":{"runbook_url":"https://runbooks.example/slow","summary":"Orders are slow"},"externalURL":"https://varai.example/alerts","version":"4","groupKey":"{}:{alertname=\"slow\"}","truncatedAlerts":2}""",
            _service.Last.Text.Replace(Some.Alert().Fingerprint, "FINGERPRINT", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Send_MaxAlerts_ListsSoManyAndCountsTheOthers()
    {
        await using ChannelHost host = Host(o => o.MaxAlerts = 2);
        await host.SendAsync(Some.Notification("n") with { Alerts = [Some.Alert(), Some.Alert(), Some.Alert()], TruncatedAlerts = 4 });

        JsonNode sent = JsonNode.Parse(_service.Last.Body)!;
        Assert.Equal((2, 5), (sent["alerts"]!.AsArray().Count, (int)sent["truncatedAlerts"]!));
    }

    [Fact]
    public async Task Send_TheCloudEventsFormat_IsAStructuredEvent()
    {
        await using ChannelHost host = Host(o => o.Format = WebhookFormat.CloudEvents);
        await host.SendAsync(Some.Notification("n-1", status: AlertStatus.Resolved));

        Assert.Equal("application/cloudevents+json; charset=utf-8", _service.Last.Header("Content-Type"));
        JsonObject sent = JsonNode.Parse(_service.Last.Body)!.AsObject();
        Assert.Equal(["specversion", "id", "source", "type", "subject", "time", "datacontenttype", "data"], sent.Select(m => m.Key));
        Assert.Equal(
            ("1.0", "n-1", "/varai/production", "varai.alerts.resolved", "team", "2026-12-01T09:45:00Z", "application/json", "4"),
            ((string?)sent["specversion"], (string?)sent["id"], (string?)sent["source"], (string?)sent["type"], (string?)sent["subject"], (string?)sent["time"], (string?)sent["datacontenttype"], (string?)sent["data"]!["version"]));
    }

    [Fact]
    public void Sign_ThePublishedVector_IsThatSignature() => Assert.Equal(
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        WebhookSignature.Sign([WebhookSignature.TryReadKey(Key)!], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, "{\"test\": 2432232314}"u8));

    [Fact]
    public async Task Send_TwoKeys_SignsWithBoth()
    {
        await using ChannelHost host = Host(o =>
        {
            o.SigningKeySecrets.Add("new-key");
            o.SigningKeySecrets.Add("old-key");
        });
        host.Secrets.Set("new-key", OtherKey);
        host.Secrets.Set("old-key", Key);
        await host.SendAsync(Some.Notification("id.with.dots"));

        string id = _service.Last.Header("webhook-id")!;
        Assert.Matches("^msg_[0-9a-f]{64}$", id);
        Assert.Equal("1796118330", _service.Last.Header("webhook-timestamp"));
        Assert.Equal(
            WebhookSignature.Sign([WebhookSignature.TryReadKey(OtherKey)!, WebhookSignature.TryReadKey(Key)!], id, 1796118330, _service.Last.Body),
            _service.Last.Header("webhook-signature"));
        Assert.Equal(2, _service.Last.Header("webhook-signature")!.Split(' ').Length);
    }

    [Theory]
    [InlineData("whsec_c2hvcnQ=")]
    [InlineData("whsec_not base64!")]
    [InlineData("")]
    public void TryReadKey_NoKey_IsNull(string text) => Assert.Null(WebhookSignature.TryReadKey(text));

    [Theory]
    [InlineData(408, true)]
    [InlineData(429, true)]
    [InlineData(500, true)]
    [InlineData(503, true)]
    [InlineData(301, false)]
    [InlineData(400, false)]
    [InlineData(401, false)]
    [InlineData(404, false)]
    [InlineData(415, false)]
    [InlineData(501, false)]
    public async Task Send_AnAnswerThatIsNoSuccess_IsTransientWhereTryingAgainMayHelp(int status, bool isTransient)
    {
        _service.Answer = _ => new HttpAnswer(status, "s3cr3t-body", ("Location", $"{_service.Url}/elsewhere"));
        await using ChannelHost host = Host();
        AlertChannelException error = await host.FailAsync(Some.Notification("n"));

        Assert.Equal(isTransient, error.IsTransient);
        Assert.StartsWith($"The webhook (alert channel 'webhook') answered {status}.", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t-body", error.ToString(), StringComparison.Ordinal);
        Assert.Single(_service.Calls);
    }

    [Theory]
    [InlineData("17", 17)]
    [InlineData("Tue, 01 Dec 2026 09:46:00 GMT", 30)]
    [InlineData("Tue, 01 Dec 2026 09:00:00 GMT", 0)]
    public async Task Send_RetryAfter_IsPassedOn(string header, int seconds)
    {
        _service.Answer = _ => new HttpAnswer(429, "", ("Retry-After", header));
        await using ChannelHost host = Host();

        Assert.Equal(TimeSpan.FromSeconds(seconds), (await host.FailAsync(Some.Notification("n"))).RetryAfter);
    }

    [Fact]
    public async Task Send_Gone_IsNotSentToUntilATestSucceeds()
    {
        _service.Answer = static _ => new HttpAnswer(410);
        await using ChannelHost host = Host();
        await host.FailAsync(Some.Notification("a"));
        _service.Answer = static _ => new HttpAnswer(204);
        AlertChannelException error = await host.FailAsync(Some.Notification("b"));
        Assert.False(error.IsTransient);
        Assert.Single(_service.Calls);

        Assert.True((await host.Channels.TestAsync("webhook", Token)).IsSent);
        await host.SendAsync(Some.Notification("c"));
        Assert.Equal(3, _service.Calls.Count);
    }

    [Fact]
    public async Task Send_UrlAndHeaderFromSecrets_AreReadEachTime()
    {
        await using var host = new ChannelHost(varai => varai.AddWebhook(o =>
        {
            o.UrlSecret = "hook";
            o.HeaderSecrets["Authorization"] = "token";
            o.Headers["X-Team"] = "shop";
            o.AllowPrivateAddresses = true;
        }));
        host.Secrets.Set("hook", $"{_service.Url}/one\n");
        host.Secrets.Set("token", "Bearer old");
        await host.SendAsync(Some.Notification("a"));
        Assert.Equal(("/one", "Bearer old", "shop"), (_service.Last.Path, _service.Last.Header("Authorization"), _service.Last.Header("X-Team")));

        // The new key is there, but the old one is cached until the service refuses it.
        host.Secrets.Set("token", "Bearer new");
        _service.Answer = static call => new HttpAnswer(call.Header("Authorization") == "Bearer new" ? 200 : 401);
        AlertChannelException error = await host.FailAsync(Some.Notification("b"));
        Assert.True(error.IsTransient);
        await host.SendAsync(Some.Notification("b"));
        Assert.Equal("Bearer new", _service.Last.Header("Authorization"));
        host.Secrets.Set("token", "Bearer new"); // the same again
        _service.Answer = static _ => new HttpAnswer(401);
        Assert.False((await host.FailAsync(Some.Notification("c"))).IsTransient);
    }

    [Fact]
    public async Task Send_PrivateAddresses_AreRefusedByWhatIsConnectedTo()
    {
        await using var host = new ChannelHost(varai => varai.AddWebhook(o => o.Url = $"http://localhost:{_service.Port}/hook"));
        AlertChannelException error = await host.FailAsync(Some.Notification("n"));
        Assert.False(error.IsTransient);
        Assert.Contains("AllowPrivateAddresses", error.Message, StringComparison.Ordinal);

        // A name that was public when somebody looked, and is not when it is connected to.
        var guard = new PublicAddresses((_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback, IPAddress.Parse("169.254.169.254")]));
        var context = new ChannelContext("hook", host.Services.GetRequiredService<Varai.Secrets.ISecretStore>(), host.Time, host.Services);
        using var rebound = new WebhookChannel(context, new WebhookOptions { Url = $"http://public.example:{_service.Port}/hook" }, guard);
        await Assert.ThrowsAsync<AlertChannelException>(() => rebound.SendAsync(Some.Notification("n"), Token));
        Assert.Empty(_service.Calls);
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("2606:4700::1111", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("192.168.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("::7f00:1", false)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("64:ff9b::808:808", true)]
    [InlineData("2002:7f00:1::", false)]
    [InlineData("2001::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("fec0::1", false)]
    [InlineData("ff02::1", false)]
    public void IsPublic_Addresses_KnowsThoseThatAreNot(string address, bool isPublic) => Assert.Equal(isPublic, PublicAddresses.IsPublic(IPAddress.Parse(address)));

    [Fact]
    public async Task Contract_OfAWebhook_IsKept()
    {
        const string Canary = "s3cr3t-canary-9c1f";
        await using var host = new ChannelHost(varai => varai.AddWebhook(o =>
        {
            o.UrlSecret = "hook";
            o.HeaderSecrets["Authorization"] = "token";
            o.SigningKeySecrets.Add("key");
            o.AllowPrivateAddresses = true;
        }));
        host.Secrets.Set("hook", $"{_service.Url}/{Canary}");
        host.Secrets.Set("token", Canary);
        host.Secrets.Set("key", Key);
        _service.Answer = static call => JsonNode.Parse(call.Body) is JsonObject && call.Header("Authorization") == Canary ? new HttpAnswer(200) : new HttpAnswer(400);

        await new AlertChannelContract(host.Channel, () => _service.Accepted.Count) { BreakDown = broken => _service.IsBroken = broken, Secrets = [Canary, Key] }.RunAsync(Token);
    }

    [Fact]
    public async Task Secrets_WhateverFails_AreShownNowhere()
    {
        const string Canary = "s3cr3t-canary-77aa";
        var seen = new StringBuilder();
        await using var host = new ChannelHost(varai => varai.AddWebhook(o =>
        {
            o.UrlSecret = "hook";
            o.HeaderSecrets["Authorization"] = "token";
            o.AllowPrivateAddresses = true;
        }));
        host.Secrets.Set("token", Canary);
        string[] urls = [$"{_service.Url}/{Canary}", $"http://127.0.0.1:1/{Canary}", $"http://{Canary}.invalid/", Canary, $"https://127.0.0.1:{_service.Port}/{Canary}"];
        foreach (string url in urls)
        {
            host.Secrets.Set("hook", url);
            host.Services.GetRequiredService<Varai.Secrets.ISecretStore>().Invalidate("hook");
            _service.Answer = call => new HttpAnswer(500, call.Text + Canary, ("X-Echo", Canary));
            seen.Append(await host.FailAsync(Some.Notification("n"))).AppendLine((await host.Channels.TestAsync("webhook", Token)).ToString());
        }

        seen.AppendJoin('\n', host.Channels.GetStatuses()).Append(host.Channel);
        seen.AppendJoin('\n', host.Logs.GetSnapshot().Select(r => $"{r.Message} {r.Exception} {string.Join(';', r.StructuredState ?? [])}"));
        Assert.DoesNotContain(Canary, seen.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("answered 500", seen.ToString(), StringComparison.Ordinal);
        Assert.Contains("did not answer", seen.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddWebhook_SeveralFromConfiguration_AreSeveralChannels()
    {
        await using var host = new ChannelHost(
            varai => varai.AddWebhook().AddWebhook("audit").AddWebhook("audit", o => o.MaxAlerts = 3),
            ("Varai:AlertChannels:webhook:Url", "https://example.org/a"),
            ("Varai:AlertChannels:audit:UrlSecret", "audit-hook"),
            ("Varai:AlertChannels:audit:Format", "CloudEvents"),
            ("Varai:AlertChannels:audit:SigningKeySecrets:0", "key"),
            ("Varai:AlertChannels:audit:Headers:X-Team", "shop"),
            ("Varai:AlertChannels:audit:HeaderSecrets:Authorization", "token"));
        await host.App.StartAsync(Token);

        Assert.Equal(["audit", "webhook"], host.Channels.GetStatuses().Select(s => s.Channel));
        WebhookOptions options = host.Services.GetRequiredService<IOptionsMonitor<WebhookOptions>>().Get("audit");
        Assert.Equal((WebhookFormat.CloudEvents, 3, "shop", "token", "key"), (options.Format, options.MaxAlerts, options.Headers["x-team"], options.HeaderSecrets["authorization"], options.SigningKeySecrets[0]));
        await host.App.StopAsync(Token);
    }

    [Theory]
    [InlineData("Varai:AlertChannels:webhook:Urll", "x", "'Urll'")]
    [InlineData("Varai:AlertChannels:webhook:Url", "ftp://s3cr3t", "Varai:AlertChannels:webhook:Url must be an absolute address of http or https.")]
    [InlineData("Varai:AlertChannels:webhook:Url", "http://s3cr3t.example", "Varai:AlertChannels:webhook:Url must be an address of https.")]
    [InlineData("Varai:AlertChannels:webhook:Url", null, "Varai:AlertChannels:webhook:Url or UrlSecret must be set.")]
    [InlineData("Varai:AlertChannels:webhook:UrlSecret", "a b", "Varai:AlertChannels:webhook:UrlSecret must be the name of a secret.")]
    [InlineData("Varai:AlertChannels:webhook:MaxAlerts", "-1", "Varai:AlertChannels:webhook:MaxAlerts is '-1', but must be from 0 to 10000.")]
    [InlineData("Varai:AlertChannels:webhook:Headers:bad name", "x", "Varai:AlertChannels:webhook:Headers is 'bad name', but must be the name of an HTTP header.")]
    [InlineData("Varai:AlertDelivery:GiveUpAfter", "00:00:01", "Varai:AlertDelivery:GiveUpAfter is '00:00:01', but must be from 00:01:00 to 7.00:00:00.")]
    [InlineData("Varai:AlertDelivery:AttemptTimeout", "00:10:00", "Varai:AlertDelivery:AttemptTimeout is '00:10:00', but must be from 00:00:01 to 00:05:00.")]
    public async Task Start_AMistake_IsRefused(string key, string? value, string part)
    {
        // Of several mistakes the first is told; each of these is the only one.
        bool isOfTheChannel = key.StartsWith("Varai:AlertChannels", StringComparison.Ordinal);
        await using var host = new ChannelHost(varai => varai.AddWebhook(isOfTheChannel ? null : o => o.Url = "https://example.org"), (key, value));
        Exception error = await Assert.ThrowsAnyAsync<Exception>(() => host.App.StartAsync(Token));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_ASectionOfNoChannel_IsRefused()
    {
        await using var host = new ChannelHost(varai => varai.AddWebhook(o => o.Url = "https://example.org"), ("Varai:AlertChannels:webhok:Url", "x"));
        OptionsValidationException error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.App.StartAsync(Token));
        Assert.Equal("Varai:AlertChannels:webhok is not known: no alert channel with settings of its own has the name 'webhok'.", error.Message);
    }

    [Fact]
    public async Task Send_ReadByTheReceivingLibraries_IsVerifiedAndAnEvent()
    {
        OfficialClients.RequireNode();
        await using ChannelHost host = Host(o =>
        {
            o.Format = WebhookFormat.CloudEvents;
            o.SigningKeySecrets.Add("new-key");
            o.SigningKeySecrets.Add("old-key");
        });
        host.Secrets.Set("new-key", OtherKey);
        host.Secrets.Set("old-key", Key);
        host.Time.SetUtcNow(TimeProvider.System.GetUtcNow()); // signatures that are old are refused
        await host.SendAsync(Some.Notification("n-1"));
        var request = new JsonObject
        {
            ["headers"] = new JsonObject([.. _service.Last.Headers.Select(h => KeyValuePair.Create(h.Key.ToLowerInvariant(), (JsonNode?)h.Value))]),
            ["body"] = _service.Last.Text,
            ["keys"] = new JsonArray(Key, OtherKey, "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        };
        string answer = await OfficialClients.NodeAsync("tests/Varai.Environment.Tests/Clients/webhooks.cjs", [new JsonArray(request).ToJsonString()], new Dictionary<string, string>(), Token);

        Assert.Equal(
            """[{"verified":[true,true,"No matching signature found"],"event":{"valid":true,"id":"n-1","type":"varai.alerts.firing","source":"/varai/production","subject":"team","version":"4"}}]""",
            answer.Trim());
    }

    private ChannelHost Host(Action<WebhookOptions>? configure = null) => new(varai => varai.AddWebhook(o =>
    {
        o.Url = $"{_service.Url}/hook";
        o.AllowPrivateAddresses = true;
        configure?.Invoke(o);
    }));
}
