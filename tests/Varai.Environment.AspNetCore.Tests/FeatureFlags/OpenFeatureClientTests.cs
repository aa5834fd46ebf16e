using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Varai.AspNetCore.Tests.TestResources;
using Varai.Configuration;

namespace Varai.AspNetCore.Tests.FeatureFlags;

/// <summary>OpenFeature's own clients on our server.</summary>
public sealed class OpenFeatureClientTests
{
    private const string Folder = "tests/Varai.Environment.AspNetCore.Tests/Clients/";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ServerSdk_EachTypeOfFlag_GetsItsValueVariantAndReason()
    {
        await using FlagServer server = await StartAsync();

        JsonArray results = await ServerSdkAsync(server, """
            [["Boolean", "toggle", false, {"targetingKey": "u1"}],
             ["String", "text", "none", {"targetingKey": "u1"}],
             ["String", "text", "none", {"targetingKey": "u1", "plan": "pro"}],
             ["Number", "number", 0, {"targetingKey": "u1"}],
             ["Object", "object", {}, {"targetingKey": "u1"}],
             ["Object", "list", [], {"targetingKey": "u1"}],
             ["Boolean", "team/größe 100%25", false, {"targetingKey": "u1"}]]
            """);

        Assert.Equal(
            [
                """{"value":true,"reason":"STATIC","flagMetadata":{}}""",
                """{"value":"blue","variant":"cold","reason":"UNKNOWN","flagMetadata":{"reason":"DEFAULT"}}""",
                """{"value":"red","variant":"warm","reason":"TARGETING_MATCH","flagMetadata":{}}""",
                """{"value":2.5,"variant":"v","reason":"SPLIT","flagMetadata":{}}""",
                """{"value":{"size":3,"tags":["a",null]},"variant":"v","reason":"SPLIT","flagMetadata":{}}""",
                """{"value":[1,2],"variant":"v","reason":"SPLIT","flagMetadata":{}}""",
                """{"value":true,"reason":"STATIC","flagMetadata":{}}""",
            ],
            results.Select(r => r!.ToJsonString()));
    }

    [Fact]
    public async Task ServerSdk_AContext_ArrivesAsItWasGiven()
    {
        await using FlagServer server = await StartAsync();

        await ServerSdkAsync(server, """
            [["Boolean", "toggle", false,
              {"targetingKey": "ü 1", "groups": ["a", "b"], "n": 1.5, "yes": true, "list": ["x"], "user": {"plan": "pro"}}]]
            """);

        FlagContext context = Assert.Single(server.Flags.Contexts);
        Assert.Equal("ü 1", context.TargetingKey);
        Assert.Equal(["a", "b"], context.Groups);
        Assert.Equal(["n=1.5", "yes=true", "list=x", "user.plan=pro"], context.Attributes.Select(a => $"{a.Key}={a.Value}"));
    }

    [Theory]
    [InlineData("""["Boolean", "unknown", true, {"targetingKey": "u1"}]""", "FLAG_NOT_FOUND")]
    [InlineData("""["Boolean", "toggle", true, {}]""", "TARGETING_KEY_MISSING")]
    [InlineData("""["Boolean", "toggle", true, {"targetingKey": "u1", "groups": [1]}]""", "INVALID_CONTEXT")]
    [InlineData("""["Boolean", "text", true, {"targetingKey": "u1"}]""", "TYPE_MISMATCH")]
    public async Task ServerSdk_WhatCantBeEvaluated_GetsTheDefaultAndTheCode(string evaluation, string code)
    {
        await using FlagServer server = await StartAsync();

        JsonNode result = (await ServerSdkAsync(server, $"[{evaluation}]")).Single()!;

        Assert.Equal((true, "ERROR", code), ((bool)result["value"]!, (string?)result["reason"], (string?)result["errorCode"]));
    }

    [Fact]
    public async Task WebSdk_InBulk_FollowsContextAndChanges()
    {
        await using FlagServer server = await StartAsync();

        JsonNode results = JsonNode.Parse(await OfficialClients.NodeAsync(
            Folder + "openfeature-web.cjs", [server.Uri.GetLeftPart(UriPartial.Authority)], new Dictionary<string, string>(), Token))!;

        JsonNode first = results["first"]!;
        Assert.True((bool)first["toggle"]!["value"]!);
        Assert.Equal(("blue", "cold"), ((string?)first["text"]!["value"], (string?)first["text"]!["variant"]));
        Assert.Equal(2.5, (double)first["number"]!["value"]!);
        Assert.Equal("""{"size":3,"tags":["a",null]}""", first["object"]!["value"]!.ToJsonString());
        Assert.Equal((true, "FLAG_NOT_FOUND"), ((bool)first["unknown"]!["value"]!, (string?)first["unknown"]!["errorCode"]));
        Assert.Equal(("from code", null), ((string?)first["bare"]!["value"], (string?)first["bare"]!["errorCode"]));
        Assert.Equal("red", (string?)results["pro"]!["text"]!["value"]);
        Assert.Equal(["text"], results["changedFlags"]!.AsArray().Select(f => (string?)f));
        Assert.Equal("green", (string?)results["changed"]!["text"]!["value"]);

        // For each context, then what the client had already, then the change. The client sends the tag of one context with the
        // other, so a tag must belong to the answer, not to the flags.
        ILookup<string?, JsonNode?> requests = results["requests"]!.AsArray().ToLookup(r => (string?)r!["path"]);
        Assert.Single(requests[FlagServer.EventsPath]);
        Assert.Equal([200, 200, 304, 200], requests[FlagServer.AllPath].Select(r => (int)r!["status"]!));
        string?[] tags = [.. requests[FlagServer.AllPath].Select(r => (string?)r!["etag"])];
        Assert.Equal([null, tags[0], tags[1], tags[2]], requests[FlagServer.AllPath].Select(r => (string?)r!["sent"]));
        Assert.Equal(tags[1], tags[2]);
    }

    private static async Task<FlagServer> StartAsync()
    {
        FlagServer server = await FlagServer.StartAsync(map: app =>
        {
            app.MapVaraiFlags(configure: o => o.EventStream = true);
            app.MapPost("/change", http =>
            {
                var flags = (FakeFlags)http.RequestServices.GetRequiredService<IFeatureFlags>();
                flags.SetVariant("text", "third", "\"green\"");
                return Task.CompletedTask;
            });
        });
        server.Flags.Set("toggle", enabled: true);
        server.Flags.Set("team/größe 100%", enabled: true);
        server.Flags.Set("text", context => context["plan"].String == "pro"
            ? new FlagEvaluation("text", IsEnabled: true, Variant("warm", "\"red\""), FlagReason.TargetingMatch, MatchedRule: null, 0)
            : new FlagEvaluation("text", IsEnabled: true, Variant("cold", "\"blue\""), FlagReason.Default, MatchedRule: null, 0));
        server.Flags.SetVariant("number", "v", "2.5");
        server.Flags.SetVariant("object", "v", """{"size":3,"tags":["a",null]}""");
        server.Flags.SetVariant("list", "v", "[1,2]");
        server.Flags.SetVariant("bare", "v", "null");
        return server;
    }

    private static FlagVariant Variant(string name, string json) => new(name, ConfigurationJson.Parse(json, "test"));

    private static async Task<JsonArray> ServerSdkAsync(FlagServer server, string evaluations)
    {
        string printed = await OfficialClients.NodeAsync(
            Folder + "openfeature-server.cjs", [server.Uri.GetLeftPart(UriPartial.Authority), evaluations], new Dictionary<string, string>(), Token);
        return JsonNode.Parse(printed)!.AsArray();
    }
}
