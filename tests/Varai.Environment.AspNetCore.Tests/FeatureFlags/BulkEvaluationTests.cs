using System.Net;
using System.Text.Json.Nodes;
using Varai.AspNetCore.Tests.TestResources;

namespace Varai.AspNetCore.Tests.FeatureFlags;

public sealed class BulkEvaluationTests
{
    [Fact]
    public async Task EvaluateAll_SeveralFlags_GivesThemInTheirOrder()
    {
        await using FlagServer server = await FlagServer.StartAsync();
        server.Flags.Set("b", enabled: true);
        server.Flags.SetVariant("a", "v", "1");

        Reply reply = await server.PostAsync(FlagServer.AllPath);

        Assert.Equal(
            """{"flags":[{"key":"b","reason":"STATIC","value":true},{"key":"a","reason":"SPLIT","variant":"v","value":1}]}""", reply.Text);
        Assert.Equal("no-cache, private", reply.CacheControl);
    }

    [Fact]
    public async Task EvaluateAll_NoFlags_GivesNone()
    {
        await using FlagServer server = await FlagServer.StartAsync();

        Assert.Equal("""{"flags":[]}""", (await server.PostAsync(FlagServer.AllPath)).Text);
    }

    [Fact]
    public async Task EvaluateAll_WithHiddenFlags_LeavesThemOut()
    {
        await using FlagServer server = await FlagServer.StartAsync(o => o.Include = name => name != "hidden");
        server.Flags.Set("hidden", enabled: true);
        server.Flags.Set("shown", enabled: true);

        Reply reply = await server.PostAsync(FlagServer.AllPath);

        Assert.Equal(["shown"], reply.Json["flags"]!.AsArray().Select(f => (string?)f!["key"]));
    }

    [Fact]
    public async Task EvaluateAll_TheSameAnswer_IsNotModified()
    {
        await using FlagServer server = await FlagServer.StartAsync();
        server.Flags.Set("f", enabled: true);

        Reply first = await server.PostAsync(FlagServer.AllPath);
        server.Flags.Reload();
        Reply second = await server.PostAsync(FlagServer.AllPath, """{"context":{"targetingKey":"somebody else"}}""", first.ETag);

        Assert.Equal(HttpStatusCode.NotModified, second.Status);
        Assert.Equal("", second.Text);
        Assert.Equal(first.ETag, second.ETag);
        Assert.Equal("no-cache, private", second.CacheControl);
    }

    [Fact]
    public async Task EvaluateAll_AnotherAnswerFromTheSameFlags_HasAnotherTag()
    {
        await using FlagServer server = await FlagServer.StartAsync();
        server.Flags.Set("f", c => new FlagEvaluation("f", c.TargetingKey == "u2", Variant: null, FlagReason.TargetingMatch, MatchedRule: null, 0));

        Reply first = await server.PostAsync(FlagServer.AllPath);
        Reply second = await server.PostAsync(FlagServer.AllPath, """{"context":{"targetingKey":"u2"}}""", first.ETag);

        Assert.Equal(HttpStatusCode.OK, second.Status);
        Assert.NotEqual(first.ETag, second.ETag);
        Assert.True((bool)second.Json["flags"]![0]!["value"]!);
    }

    [Theory]
    [InlineData("{0}", true)]
    [InlineData("{1}", true)] // strong
    [InlineData("{2}", true)] // without quotes, as in the examples of the protocol
    [InlineData("\"x\", {0}", true)]
    [InlineData("W/\"x,y\",{1} , \"z\"", true)]
    [InlineData("*", true)]
    [InlineData("\"x\"", false)]
    [InlineData("x", false)]
    [InlineData("\"\"", false)]
    [InlineData("\"{0}\"", false)]
    [InlineData(" , ,", false)]
    [InlineData("\"broken", false)]
    public async Task EvaluateAll_IfNoneMatch_IsAListOfTags(string field, bool isMatch)
    {
        await using FlagServer server = await FlagServer.StartAsync();
        server.Flags.Set("f", enabled: true);
        string weak = (await server.PostAsync(FlagServer.AllPath)).ETag!;
        Assert.Matches("^W/\"[A-Za-z0-9_-]{22}\"$", weak);

        string sent = field.Replace("{0}", weak, StringComparison.Ordinal)
            .Replace("{1}", weak[2..], StringComparison.Ordinal)
            .Replace("{2}", weak[3..^1], StringComparison.Ordinal);
        Reply reply = await server.PostAsync(FlagServer.AllPath, ifNoneMatch: sent);

        Assert.Equal(isMatch ? HttpStatusCode.NotModified : HttpStatusCode.OK, reply.Status);
    }

    [Fact]
    public async Task EvaluateAll_WithTheMetadataOfAnEvent_IsAnswered()
    {
        await using FlagServer server = await FlagServer.StartAsync();

        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(FlagServer.AllPath + "?flagConfigEtag=a&flagConfigLastModified=x")).Status);
    }

    [Fact]
    public async Task EvaluateAll_WhileFlagsChange_IsOfOneSnapshot()
    {
        await using FlagServer server = await FlagServer.StartAsync();
        server.Flags.Set("a", _ =>
        {
            server.Flags.Set("b", enabled: false); // comes between the two
            return new FlagEvaluation("a", IsEnabled: true, Variant: null, FlagReason.Static, MatchedRule: null, 0);
        });
        server.Flags.Set("b", enabled: true);

        JsonNode json = (await server.PostAsync(FlagServer.AllPath)).Json;

        Assert.Equal([true, true], json["flags"]!.AsArray().Select(f => (bool)f!["value"]!));
    }
}
