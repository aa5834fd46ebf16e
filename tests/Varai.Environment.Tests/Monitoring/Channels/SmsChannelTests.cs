using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Varai.Monitoring;
using Varai.Monitoring.Channels;
using Varai.Testing.Monitoring;
using Varai.Tests.Monitoring.Delivery;

namespace Varai.Tests.Monitoring.Channels;

public sealed class SmsChannelTests : IAsyncDisposable
{
    private const string Sid = "AC0123456789abcdef0123456789abcdef";
    private const string AuthToken = "s3cr3t-canary-token";

    private readonly HttpService _service = new();

    public SmsChannelTests() => _service.Answer = Twilio;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task Send_ThroughTwilio_IsThatByteForByte()
    {
        await using ChannelHost host = TwilioHost();
        await host.SendAsync(Some.Notification("n"));

        Assert.Equal($"/2010-04-01/Accounts/{Sid}/Messages.json", _service.Last.Path);
        Assert.Equal("application/x-www-form-urlencoded", _service.Last.Header("Content-Type"));
        Assert.Equal($"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Sid}:{AuthToken}"))}", _service.Last.Header("Authorization"));
        Assert.Equal("To=%2B15005550006&From=%2B15005550001&Body=CRITICAL+slow+%28production%29%0AOrders+are+slow%0AValue%3A+2412.75&ValidityPeriod=3600", _service.Last.Text);
    }

    [Fact]
    public async Task Send_WithAnApiKeyAndAService_SignsInWithTheKey()
    {
        const string Key = "SK0123456789abcdef0123456789abcdef";
        _service.Answer = static _ => new HttpAnswer(201);
        await using ChannelHost host = TwilioHost(o => (o.ApiKeySid, o.From, o.MessagingServiceSid) = (Key, null, "MG0123456789abcdef0123456789abcdef"));
        await host.SendAsync(Some.Notification("n"));

        Assert.Equal($"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Key}:{AuthToken}"))}", _service.Last.Header("Authorization"));
        Assert.Contains("&MessagingServiceSid=MG0123456789abcdef0123456789abcdef&", _service.Last.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_ToSeveral_TroubleWithOneKeepsNobodyElseAndASecondAttemptGoesToTheRest()
    {
        await using ChannelHost host = TwilioHost(o =>
        {
            o.To.Add("+15005550002");
            o.To.Add("+15005550003");
        });
        _service.Answer = static call => Field(call, "To") == "+15005550002" ? new HttpAnswer(503) : new HttpAnswer(201);
        AlertChannelException error = await host.FailAsync(Some.Notification("n"));
        Assert.True(error.IsTransient);
        Assert.Equal(3, _service.Calls.Count);
        Assert.EndsWith("The number ends with 02.", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, ((IRateLimitedAlertChannel)host.Channel).CountTokens(Some.Notification("n")));
        Assert.Equal(3, ((IRateLimitedAlertChannel)host.Channel).CountTokens(Some.Notification("other")));

        _service.Answer = static _ => new HttpAnswer(201);
        await host.SendAsync(Some.Notification("n"));
        Assert.Equal(["+15005550006", "+15005550002", "+15005550003", "+15005550002"], _service.Calls.Select(c => Field(c, "To")));
    }

    [Fact]
    public async Task Send_RefusedForGoodForOne_IsSentAndSaysSo()
    {
        await using ChannelHost host = TwilioHost(o =>
        {
            o.To.Add("+15005550002");
            o.To.Add("+15005550003");
        });
        _service.Answer = static call => Field(call, "To") == "+15005550002" ? new HttpAnswer(400, """{"code":21211}""") : new HttpAnswer(201);
        await host.SendAsync(Some.Notification("n"));
        await host.SendAsync(Some.Notification("n"));

        Assert.Equal(3, _service.Calls.Count);
        string said = Assert.Single(host.Logs.GetSnapshot(), r => r.Id.Id == 1570).Message;
        Assert.Contains("refused for good for 1 of 3 recipients", said, StringComparison.Ordinal);
        Assert.EndsWith("answered 400 (error 21211). The number ends with 02.", said, StringComparison.Ordinal);
        Assert.DoesNotContain("5550002", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_RefusedForGoodForOneAndForAWhileForAnother_GoesToTheOtherAgain()
    {
        _service.Answer = static call => Field(call, "To") switch { "+15005550002" => new HttpAnswer(400), "+15005550003" => new HttpAnswer(503), _ => new HttpAnswer(201) };
        await using ChannelHost host = TwilioHost(o =>
        {
            o.To.Add("+15005550002");
            o.To.Add("+15005550003");
        });
        Assert.True((await host.FailAsync(Some.Notification("n"))).IsTransient);
        Assert.DoesNotContain(host.Logs.GetSnapshot(), r => r.Id.Id == 1570);
        _service.Answer = static _ => new HttpAnswer(201);
        await host.SendAsync(Some.Notification("n"));

        Assert.Equal(["+15005550006", "+15005550002", "+15005550003", "+15005550003"], _service.Calls.Select(c => Field(c, "To")));
        Assert.Single(host.Logs.GetSnapshot(), r => r.Id.Id == 1570);

        _service.Answer = static _ => new HttpAnswer(400);
        Assert.False((await host.FailAsync(Some.Notification("m"))).IsTransient);
        Assert.False((await host.FailAsync(Some.Notification("m"))).IsTransient);
        Assert.Equal(10, _service.Calls.Count);
    }

    [Theory]
    [InlineData(400, 21211, false, "answered 400 (error 21211).")]
    [InlineData(401, 20003, false, "answered 401 (error 20003). Check the key.")]
    [InlineData(429, 20429, true, "answered 429 (error 20429). It is asked less often for a while.")]
    [InlineData(500, 20500, true, "answered 500 (error 20500).")]
    public async Task Send_RefusedByTwilio_NamesItsNumberAndNoMore(int status, int code, bool isTransient, string part)
    {
        _service.Answer = _ => new HttpAnswer(status, $$"""{"code":{{code}},"message":"The 'To' number +15005550006 is not valid","more_info":"https://www.twilio.com/docs/errors/{{code}}","status":{{status}}}""");
        await using ChannelHost host = TwilioHost();
        AlertChannelException error = await host.FailAsync(Some.Notification("n"));

        Assert.Equal(isTransient, error.IsTransient);
        Assert.EndsWith(part, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("5550006", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_ALongText_IsCutToItsParts()
    {
        await using ChannelHost host = TwilioHost(o => (o.MaxSegments, o.Message.Body) = (2, new string('w', 1000)));
        await host.SendAsync(Some.Notification("n"));

        string body = Field(_service.Last, "Body")!;
        Assert.Equal((2, true), (SmsText.CountSegments(body), body.EndsWith("w...", StringComparison.Ordinal)));
        Assert.Equal(2, ((IRateLimitedAlertChannel)host.Channel).CountTokens(Some.Notification("other")));
    }

    [Fact]
    public async Task Contract_OfTwilio_IsKept()
    {
        await using ChannelHost host = TwilioHost();
        await new AlertChannelContract(host.Channel, () => _service.Accepted.Count) { BreakDown = broken => _service.IsBroken = broken, Secrets = [AuthToken] }.RunAsync(Token);
    }

    [Theory]
    [InlineData("application/json", """{"to":"{to}","text":"{text}"}""", """{"to":"+4930123","text":"CRITICAL \"a\\b\" & <é> {to} 50% (production)"}""")]
    [InlineData("application/x-www-form-urlencoded", "number={to}&message={text}", "number=%2B4930123&message=CRITICAL%20%22a%5Cb%22%20%26%20%3C%C3%A9%3E%20%7Bto%7D%2050%25%20%28production%29")]
    [InlineData("text/xml; charset=utf-8", "<sms to=\"{to}\">{text}</sms>", "<sms to=\"+4930123\">CRITICAL &quot;a\\b&quot; &amp; &lt;é&gt; {to} 50% (production)</sms>")]
    [InlineData("text/plain", "{to}: {text}", "+4930123: CRITICAL \"a\\b\" & <é> {to} 50% (production)")]
    public async Task Send_ThroughAGateway_IsEscapedForItsBody(string contentType, string body, string expected)
    {
        _service.Answer = static _ => new HttpAnswer(200);
        await using ChannelHost host = GatewayHost(o => (o.ContentType, o.Body) = (contentType, body));
        await host.SendAsync(Named("\"a\\b\" & <é> {to} 50%"));

        Assert.Equal((contentType, expected), (_service.Last.Header("Content-Type"), _service.Last.Text));
    }

    [Fact]
    public async Task Send_ThroughAGatewayWithGet_IsEscapedForItsAddress()
    {
        _service.Answer = static _ => new HttpAnswer(200);
        await using ChannelHost host = GatewayHost(o => (o.Method, o.Url) = ("GET", $"{_service.Url}/send?to={{to}}&text={{text}}"));
        await host.SendAsync(Named("a&b=c {text}"));

        Assert.Equal(("GET", "/send?to=%2B4930123&text=CRITICAL%20a%26b%3Dc%20%7Btext%7D%20%28production%29"), (_service.Last.Method, _service.Last.Path));
        Assert.Empty(_service.Last.Body);
    }

    [Fact]
    public async Task Contract_OfAGateway_IsKept()
    {
        const string Canary = "s3cr3t-canary-key";
        _service.Answer = static call => call.Header("X-Api-Key") == Canary && System.Text.Json.Nodes.JsonNode.Parse(call.Body)!["to"] is not null ? new HttpAnswer(200) : new HttpAnswer(401);
        await using ChannelHost host = GatewayHost(o => o.HeaderSecrets["X-Api-Key"] = "gateway-key");
        host.Secrets.Set("gateway-key", Canary);
        await new AlertChannelContract(host.Channel, () => _service.Accepted.Count) { BreakDown = broken => _service.IsBroken = broken, Secrets = [Canary] }.RunAsync(Token);
    }

    [Fact]
    public void Validate_Mistakes_AreRefused()
    {
        var twilio = new TwilioSmsOptions { AccountSid = "AC1", AuthToken = "t", ValidityPeriod = TimeSpan.FromDays(1), MaxSegments = 0 };
        twilio.To.Add("0301234");
        Assert.Equal(
            [
                "Varai:AlertChannels:sms:AccountSid is 'AC1', but must be AC and 32 hexadecimal digits.", "Varai:AlertChannels:sms:From or MessagingServiceSid must be set.",
                "Varai:AlertChannels:sms:To:0 is '0301234', but must be a number in E.164: + and up to 15 digits.", "Varai:AlertChannels:sms:MaxSegments is '0', but must be from 1 to 10.",
                "Varai:AlertChannels:sms:ValidityPeriod is '1.00:00:00', but must be from 00:00:01 to 10:00:00.",
            ],
            new TwilioSmsOptionsValidator().Validate("sms", twilio).Failures);
        var gateway = new SmsGatewayOptions { Url = "https://gateway.example/{to}", Method = "PATCH", ContentType = "image/png", Body = "x" };
        Assert.Equal(
            [
                "Varai:AlertChannels:g:Method is 'PATCH', but must be POST, PUT or GET.", "Varai:AlertChannels:g:ContentType is 'image/png', but must be of JSON, a form, XML or plain text.",
                "Varai:AlertChannels:g:Body has no {text}.", "Varai:AlertChannels:g:To must name at least one number.",
            ],
            new SmsGatewayOptionsValidator().Validate("g", gateway).Failures);
    }

    private static string? Field(HttpCall call, string name) =>
        call.Text.Split('&').Select(p => p.Split('=')).Where(p => p[0] == name).Select(p => WebUtility.UrlDecode(p[1])).SingleOrDefault();

    private static AlertNotification Named(string name) => Some.Notification("n") with
    {
        Alerts = [new Alert { Labels = new Dictionary<string, string> { [Alert.NameLabel] = name, [Alert.SeverityLabel] = "critical" }, StartsAt = Some.Now }],
    };

    // What the Messages resource asks of a request.
    private static HttpAnswer Twilio(HttpCall call)
    {
        if (call.Header("Authorization") != $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Sid}:{AuthToken}"))}")
            return new HttpAnswer(401, """{"code":20003}""");
        bool isValid = call is { Method: "POST", Path: $"/2010-04-01/Accounts/{Sid}/Messages.json" } && call.Header("Content-Type") == "application/x-www-form-urlencoded"
            && Field(call, "To")?.StartsWith('+') == true && (Field(call, "From") is null) != (Field(call, "MessagingServiceSid") is null)
            && Field(call, "Body")?.Length is > 0 and <= 1600 && int.Parse(Field(call, "ValidityPeriod")!, System.Globalization.CultureInfo.InvariantCulture) is >= 1 and <= 36_000;
        return isValid ? new HttpAnswer(201, """{"sid":"SM1","status":"queued"}""") : new HttpAnswer(400, """{"code":21602}""");
    }

    private ChannelHost TwilioHost(Action<TwilioSmsOptions>? configure = null)
    {
        var host = new ChannelHost(varai => varai.AddTwilioSms(o =>
        {
            (o.AccountSid, o.AuthTokenSecret, o.From, o.ApiUrl) = (Sid, "twilio-token", "+15005550001", _service.Url);
            o.To.Add("+15005550006");
            configure?.Invoke(o);
        }));
        host.Secrets.Set("twilio-token", AuthToken);
        return host;
    }

    private ChannelHost GatewayHost(Action<SmsGatewayOptions>? configure = null) => new(varai => varai.AddSmsGateway(o =>
    {
        (o.Url, o.AllowPrivateAddresses) = ($"{_service.Url}/send", true);
        o.To.Add("+4930123");
        configure?.Invoke(o);
    }));
}
