using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Varai.AspNetCore.Tests.TestResources;
using Varai.Configuration;

namespace Varai.AspNetCore.Tests.FeatureFlags;

public sealed class FlagEvaluationTests
{
    [Theory]
    [InlineData(true, "STATIC")]
    [InlineData(false, "DISABLED")]
    public async Task Evaluate_ABooleanFlag_GivesWhetherItIsOn(bool enabled, string reason)
    {
        await using FlagServer server = await FlagServer.StartAsync();
        server.Flags.Set("new_ui", enabled);

        Reply reply = await server.PostAsync(FlagServer.OnePath + "new_ui");

        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Equal($$"""{"key":"new_ui","reason":"{{reason}}","value":{{(enabled ? "true" : "false")}}}""", reply.Text);
        Assert.Equal("no-store", reply.CacheControl);
        Assert.Null(reply.ETag);
    }

    [Theory]
    [InlineData("\"blue\"")]
    [InlineData("\"\"")]
    [InlineData("12")]
    [InlineData("0.1234567890123456789")]
    [InlineData("-1e400")]
    [InlineData("false")]
    [InlineData("""{"size":3,"tags":["a",null,{"b":1.50}],"text":"\u003Cscript\u003E"}""")]
    public async Task Evaluate_AVariantWithAValue_GivesTheValueAsItIsWritten(string json)
    {
        await using FlagServer server = await FlagServer.StartAsync();
        server.Flags.SetVariant("theme", "big", json);

        Reply reply = await server.PostAsync(FlagServer.OnePath + "theme");

        Assert.Equal($$"""{"key":"theme","reason":"SPLIT","variant":"big","value":{{json}}}""", reply.Text);
    }

    [Fact]
    public async Task Evaluate_AVariantWithoutAValue_GivesWhetherTheFlagIsOn()
    {
        await using FlagServer server = await FlagServer.StartAsync();
        server.Flags.SetVariant("theme", "big", json: null);

        Assert.Equal(
            """{"key":"theme","reason":"SPLIT","variant":"big","value":true}""", (await server.PostAsync(FlagServer.OnePath + "theme")).Text);
    }

    [Fact]
    public async Task Evaluate_AVariantOfNull_LeavesTheValueToTheClient()
    {
        await using FlagServer server = await FlagServer.StartAsync();
        server.Flags.SetVariant("theme", "none", "null");

        Assert.Equal("""{"key":"theme","reason":"SPLIT","variant":"none"}""", (await server.PostAsync(FlagServer.OnePath + "theme")).Text);
    }

    [Theory]
    [InlineData(FlagReason.Static, "STATIC", null)]
    [InlineData(FlagReason.TargetingMatch, "TARGETING_MATCH", null)]
    [InlineData(FlagReason.Split, "SPLIT", null)]
    [InlineData(FlagReason.Disabled, "DISABLED", null)]
    [InlineData(FlagReason.Default, "UNKNOWN", "DEFAULT")]
    [InlineData(FlagReason.Error, "UNKNOWN", "ERROR")]
    public async Task Evaluate_EachReason_GivesTheProtocolsWord(FlagReason reason, string expected, string? exact)
    {
        await using FlagServer server = await FlagServer.StartAsync();
        server.Flags.Set("f", _ => new FlagEvaluation("f", IsEnabled: false, Variant: null, reason, "group Ring1", 0));

        JsonNode json = (await server.PostAsync(FlagServer.OnePath + "f")).Json;

        Assert.Equal(expected, (string?)json["reason"]);
        Assert.Equal(exact, (string?)json["metadata"]?["reason"]);
        Assert.Null(json["metadata"]?["matchedRule"]);
    }

    [Fact]
    public async Task Evaluate_ToShowTheRule_NamesIt()
    {
        await using FlagServer server = await FlagServer.StartAsync(o => o.ShowMatchedRule = true);
        server.Flags.SetVariant("f", "v", "1");
        server.Flags.Set("static", enabled: true);

        Assert.Equal("rule 1", (string?)(await server.PostAsync(FlagServer.OnePath + "f")).Json["metadata"]!["matchedRule"]);
        Assert.Null((await server.PostAsync(FlagServer.OnePath + "static")).Json["metadata"]);
    }

    [Fact]
    public async Task Evaluate_AnUnknownFlag_IsNotFoundAndNotAskedFor()
    {
        await using FlagServer server = await FlagServer.StartAsync();
        server.Flags.Set("known", enabled: true);

        Reply reply = await server.PostAsync(FlagServer.OnePath + "unknown");

        Assert.Equal(HttpStatusCode.NotFound, reply.Status);
        Assert.Equal("""{"key":"unknown","errorCode":"FLAG_NOT_FOUND","errorDetails":"There is no flag \u0027unknown\u0027."}""", reply.Text);
        Assert.Empty(server.Flags.Evaluated);
    }

    [Fact]
    public async Task Evaluate_AFlagThatIsNotShown_IsAnsweredLikeAnUnknownOne()
    {
        await using FlagServer server = await FlagServer.StartAsync(o => o.Include = name => name.StartsWith("web_", StringComparison.Ordinal));
        server.Flags.Set("web_a", enabled: true);
        server.Flags.Set("secret", enabled: true);

        Reply hidden = await server.PostAsync(FlagServer.OnePath + "secret");
        Reply unknown = await server.PostAsync(FlagServer.OnePath + "nothin");

        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(FlagServer.OnePath + "web_a")).Status);
        Assert.Equal(HttpStatusCode.NotFound, hidden.Status);
        Assert.Equal(unknown.Text, hidden.Text.Replace("secret", "nothin", StringComparison.Ordinal));
        Assert.DoesNotContain("secret", server.Flags.Evaluated);
    }

    [Theory]
    [InlineData("New-UI", "nEW-ui")]
    [InlineData("a/b/c", "a%2Fb/c")]
    [InlineData("a/b", "a/b")]
    [InlineData("a%2Fb", "a%252Fb")]
    [InlineData("a/b%2Fc", "a%2fb%252Fc")]
    [InlineData("100%", "100%25")]
    [InlineData("a b+c?d#e&f", "a%20b+c%3Fd%23e%26f")]
    [InlineData("größe_日本_🚀", "gr%C3%B6%C3%9Fe_%E6%97%A5%E6%9C%AC_%F0%9F%9A%80")]
    [InlineData("/", "%2F")]
    [InlineData("a/evaluate/flags/b", "a%2Fevaluate%2Fflags%2Fb")]
    [InlineData("x\"<>\\", "x%22%3C%3E%5C")]
    public async Task Evaluate_AKeyOfAnyCharacters_FindsTheFlag(string name, string sent)
    {
        await using FlagServer server = await FlagServer.StartAsync();
        server.Flags.Set(name, enabled: true);

        string reply = await server.PostRawAsync($"{FlagServer.OnePath}{sent}?x=%2F");

        Assert.StartsWith("HTTP/1.1 200 ", reply, StringComparison.Ordinal);
        Assert.Equal(name, (string?)JsonNode.Parse(reply[reply.IndexOf("\r\n\r\n", StringComparison.Ordinal)..])!["key"]);
    }

    [Fact]
    public async Task Evaluate_AContext_IsWhatTheClientSent()
    {
        await using FlagServer server = await FlagServer.StartAsync();
        server.Flags.Set("f", enabled: true);

        await server.PostAsync(FlagServer.OnePath + "f", """{"context":{"targetingKey":"u1","plan":"pro","groups":["beta"]},"other":1}""");

        FlagContext context = Assert.Single(server.Flags.Contexts);
        Assert.Equal("u1", context.TargetingKey);
        Assert.Equal("pro", context["plan"].String);
        Assert.Equal(["beta"], context.Groups);
    }

    [Theory]
    [InlineData("", "PARSE_ERROR")]
    [InlineData("{", "PARSE_ERROR")]
    [InlineData("[]", "PARSE_ERROR")]
    [InlineData("null", "PARSE_ERROR")]
    [InlineData("""{"context":{"targetingKey":"u"}} x""", "PARSE_ERROR")]
    [InlineData("""{"context":{"targetingKey":"u","targetingKey":"v"}}""", "PARSE_ERROR")]
    [InlineData("""{"context":{"targetingKey":"\ud800"}}""", "PARSE_ERROR")]
    [InlineData("{}", "INVALID_CONTEXT")]
    [InlineData("""{"context":null}""", "INVALID_CONTEXT")]
    [InlineData("""{"context":[]}""", "INVALID_CONTEXT")]
    [InlineData("""{"context":{"targetingKey":7}}""", "INVALID_CONTEXT")]
    [InlineData("""{"context":{"targetingKey":"u","groups":[1]}}""", "INVALID_CONTEXT")]
    [InlineData("""{"context":{"targetingKey":"u","n":1e999}}""", "INVALID_CONTEXT")]
    [InlineData("""{"context":{}}""", "TARGETING_KEY_MISSING")]
    [InlineData("""{"context":{"targetingKey":null}}""", "TARGETING_KEY_MISSING")]
    [InlineData("""{"context":{"targetingKey":""}}""", "TARGETING_KEY_MISSING")]
    public async Task Evaluate_ABadBody_IsRefusedWithItsCode(string body, string code)
    {
        await using FlagServer server = await FlagServer.StartAsync();
        server.Flags.Set("f", enabled: true);

        Reply one = await server.PostAsync(FlagServer.OnePath + "f", body);
        Reply all = await server.PostAsync(FlagServer.AllPath, body);

        Assert.Equal((HttpStatusCode.BadRequest, code, "f"), (one.Status, one.ErrorCode, (string?)one.Json["key"]));
        Assert.Equal((HttpStatusCode.BadRequest, code), (all.Status, all.ErrorCode));
        Assert.NotEqual("", one.Details);
        Assert.Equal("no-store", all.CacheControl);
        Assert.Empty(server.Flags.Contexts);
    }

    [Theory]
    [InlineData(null, HttpStatusCode.OK)]
    [InlineData("application/json", HttpStatusCode.OK)]
    [InlineData("application/json; charset=\"UTF-8\"", HttpStatusCode.OK)]
    [InlineData("application/vnd.ofrep+json", HttpStatusCode.OK)]
    [InlineData("application/json; charset=utf-16", HttpStatusCode.BadRequest)]
    [InlineData("text/plain", HttpStatusCode.BadRequest)]
    [InlineData("application/x-www-form-urlencoded", HttpStatusCode.BadRequest)]
    [InlineData("rubbish", HttpStatusCode.BadRequest)]
    public async Task Evaluate_AContentType_IsJsonOrRefused(string? type, HttpStatusCode expected)
    {
        await using FlagServer server = await FlagServer.StartAsync();
        server.Flags.Set("f", enabled: true);
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(FlagServer.Body));
        if (type is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", type);

        Reply reply = await server.SendAsync(FlagServer.OnePath + "f", content);

        Assert.Equal(expected, reply.Status);
        if (expected != HttpStatusCode.OK)
            Assert.Equal("PARSE_ERROR", reply.ErrorCode);
    }

    [Fact]
    public async Task Evaluate_ABodyWithAByteOrderMark_IsRead()
    {
        await using FlagServer server = await FlagServer.StartAsync();
        server.Flags.Set("f", enabled: true);

        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(FlagServer.OnePath + "f", "\uFEFF" + FlagServer.Body)).Status);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Evaluate_ABodyAtAndAboveTheLimit_IsReadAndRefused(bool chunked)
    {
        const int Limit = 20_000;
        await using FlagServer server = await FlagServer.StartAsync(o => o.MaximumBodySize = Limit);
        server.Flags.Set("f", enabled: true);

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(Limit)).Status);
        Reply refused = await SendAsync(Limit + 1);

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Equal($"The body is longer than {Limit} bytes.", refused.Details);

        async Task<Reply> SendAsync(int length)
        {
            using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(FlagServer.Body.PadRight(length)));
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            if (!chunked)
                return await server.SendAsync(FlagServer.OnePath + "f", content);
            using var stream = new StreamContent(new ForwardOnlyStream(await content.ReadAsByteArrayAsync()));
            stream.Headers.ContentType = content.Headers.ContentType;
            return await server.SendAsync(FlagServer.OnePath + "f", stream);
        }
    }

    [Fact]
    public async Task Evaluate_ABodyAboveTheServersLimit_IsRefusedInTheProtocolsTerms()
    {
        await using FlagServer server = await FlagServer.StartAsync(map: app =>
        {
            app.Use((http, next) =>
            {
                http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = 10;
                return next(http);
            });
            app.MapVaraiFlags();
        });

        Assert.Equal("PARSE_ERROR", (await server.PostAsync(FlagServer.OnePath + "f")).ErrorCode);
    }

    [Fact]
    public async Task Evaluate_AContextCompletedByTheServer_CountsInsteadOfTheClients()
    {
        await using FlagServer server = await FlagServer.StartAsync(o => o.CompleteContext = (http, sent) =>
            FlagContext.Create(http.Request.Headers["X-User"], ["staff"], sent.Attributes));
        server.Flags.Set("f", enabled: true);
        server.Client.DefaultRequestHeaders.Add("X-User", "trusted");

        await server.PostAsync(FlagServer.OnePath + "f", """{"context":{"targetingKey":"somebody else","a":1,"groups":["root"]}}""");
        Reply keyless = await server.PostAsync(FlagServer.AllPath, """{"context":{}}""");

        Assert.Equal(HttpStatusCode.OK, keyless.Status);
        Assert.All(server.Flags.Contexts, c => Assert.Equal("trusted", c.TargetingKey));
        Assert.All(server.Flags.Contexts, c => Assert.Equal(["staff"], c.Groups));
        Assert.Equal(1, server.Flags.Contexts[0]["a"].Number);
    }

    [Fact]
    public async Task Evaluate_ForAnonymousClients_NeedsNoTargetingKey()
    {
        await using FlagServer server = await FlagServer.StartAsync(o => o.RequireTargetingKey = false);
        server.Flags.Set("f", enabled: true);

        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(FlagServer.OnePath + "f", """{"context":{}}""")).Status);
        Assert.Null(Assert.Single(server.Flags.Contexts).TargetingKey);
    }

    [Fact]
    public async Task Evaluate_AFailureOfOurs_SaysNothingOfItsCause()
    {
        await using FlagServer server = await FlagServer.StartAsync();
        server.Flags.Set("f", _ => throw new InvalidOperationException("the password is hunter2"));

        Reply one = await server.PostAsync(FlagServer.OnePath + "f");
        Reply all = await server.PostAsync(FlagServer.AllPath);

        Assert.All([one, all], reply =>
        {
            Assert.Equal(HttpStatusCode.InternalServerError, reply.Status);
            Assert.DoesNotContain("hunter2", reply.Text, StringComparison.Ordinal);
            Assert.Null(reply.ETag);
        });
        Assert.Equal(2, server.Logs.GetSnapshot().Count(l => l.Id.Id == 1380 && l.Level == LogLevel.Error && l.Exception!.Message.Contains("hunter2", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Evaluate_WithAnotherMethod_IsNotAllowed()
    {
        await using FlagServer server = await FlagServer.StartAsync();

        foreach (string path in (string[])[FlagServer.AllPath, FlagServer.OnePath + "f"])
        {
            using HttpResponseMessage response = await server.Client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        }
    }

    [Theory]
    [InlineData("1.50", "1.50")]
    [InlineData(".inf", "\".inf\"")]
    public async Task Evaluate_ANumberOfYaml_IsJsonInAnyCase(string text, string expected)
    {
        await using FlagServer server = await FlagServer.StartAsync();
        var variant = new FlagVariant("v", ConfigurationNode.Scalar(ConfigurationNodeKind.Number, text));
        server.Flags.Set("f", _ => new FlagEvaluation("f", IsEnabled: true, variant, FlagReason.Static, MatchedRule: null, 0));

        Assert.EndsWith(string.Create(CultureInfo.InvariantCulture, $"\"value\":{expected}}}"), (await server.PostAsync(FlagServer.OnePath + "f")).Text, StringComparison.Ordinal);
    }

    private sealed class ForwardOnlyStream(byte[] content) : MemoryStream(content)
    {
        // What can't seek has no length to send, and goes in chunks.
        public override bool CanSeek => false;
    }
}
