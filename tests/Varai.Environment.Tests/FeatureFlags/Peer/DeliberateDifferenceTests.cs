using Microsoft.Extensions.Time.Testing;
using Varai.FeatureFlags;

namespace Varai.Tests.FeatureFlags.Peer;

/// <summary>Where we differ from Microsoft.FeatureManagement on purpose: each with what they do.</summary>
public sealed class DeliberateDifferenceTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_context_fails_closed_where_theirs_fails_open()
    {
        const string Json = """
            { "feature_management": { "feature_flags": [ { "id": "f", "enabled": true, "conditions": { "requirement_type": "All",
              "client_filters": [ { "name": "Microsoft.Targeting", "parameters": { "Audience": { "DefaultRolloutPercentage": 0 } } } ] } } ] } }
            """;
        using var theirs = new MicrosoftPeer(Json, TimeProvider.System);
        Assert.True(await theirs.IsEnabledAsync("f", Cancellation));

        FlagDecision ours = Flags.Compile(Json).Ask("f");
        Assert.False(ours.IsEnabled);
        Assert.Equal(FlagReason.Default, ours.Reason);
    }

    [Fact]
    public async Task Rule_with_a_missing_variant_gives_the_default_where_theirs_gives_none()
    {
        const string Json = """
            { "feature_management": { "feature_flags": [ { "id": "f", "enabled": true,
              "variants": [ { "name": "Small" } ],
              "allocation": { "default_when_enabled": "Small", "user": [ { "variant": "small", "users": [ "alice" ] } ] } } ] } }
            """;
        using var theirs = new MicrosoftPeer(Json, TimeProvider.System);
        Assert.Null((await theirs.EvaluateAsync("f", "alice", [], Cancellation)).Variant);

        FlagDecision ours = Flags.Compile(Json).Ask("f", new FlagContext("alice"));
        Assert.Equal("Small", ours.Variant?.Name);
        Assert.Equal("allocation:user:0", ours.Rule);
    }

    [Fact]
    public async Task What_can_not_be_evaluated_is_refused_when_loaded_where_theirs_fails_when_asked()
    {
        const string Json = """
            { "feature_management": { "feature_flags": [ { "id": "f", "enabled": true, "conditions": {
              "client_filters": [ { "name": "Microsoft.Targeting", "parameters": { "Audience": { "DefaultRolloutPercentage": 101 } } } ] } } ] } }
            """;
        using var theirs = new MicrosoftPeer(Json, new FakeTimeProvider());
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await theirs.EvaluateAsync("f", "alice", [], Cancellation));
        Assert.Equal(
            ["flags.json:2:114: feature_management:feature_flags:0:conditions:client_filters:0:parameters:Audience:DefaultRolloutPercentage: This must be a percentage. (expected a number from 0 to 100, found 101)"],
            Flags.Errors(Json));
    }

    [Theory]
    [InlineData("flağ", "FLAĞ", true)]
    [InlineData("title", "TİTLE", false)] // a Turkish dotted I is another letter, in every culture
    public void Names_are_folded_without_a_culture(string defined, string asked, bool isFound) =>
        Assert.Equal(isFound, Flags.Compile($$"""{ "feature_flags": { "{{defined}}": true } }""").Find(asked) is not null);
}
