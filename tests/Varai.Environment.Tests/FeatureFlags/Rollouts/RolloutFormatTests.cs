using System.Text;
using System.Text.Json;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Rollouts;
using Varai.State;

namespace Varai.Tests.FeatureFlags.Rollouts;

/// <summary>What lies in the state store, by version: a change here is a change of the format.</summary>
public sealed class RolloutFormatTests
{
    private const string Format1 =
        """
        {"format":1,"id":"019ca9450a00724db5b193d195d13bdc","flag":"engine","by":"company","guard":"errors","settle":"02:00:00","steps":[{"percentage":5,"after":"00:00:00"},{"percentage":12.5,"after":"1.00:00:00"}],"state":"Paused","author":"ann","reason":"try it","startedAt":"2026-03-01T12:00:00+00:00","step":1,"stepAt":"2026-03-01T12:00:01+00:00","percentage":5,"remaining":"23:00:00","waiting":"the kill switch is thrown","undo":{"enabled":"false","percentage":"50","wasBoolean":false,"addsFilter":false,"addsConditions":false,"addsFilters":true},"pending":{"kind":"RollBack","step":0,"from":{"enabled":true,"percentage":5},"author":"rollout:1","reason":"no"},"abort":{"mode":"Restore","author":"bob","reason":"enough"},"lastGuard":{"since":"2026-03-01T12:00:00+00:00","verdict":"Error","reason":"it threw","errors":2},"events":[{"time":"2026-03-01T12:00:00+00:00","kind":"Started","step":0,"author":"ann","reason":"try it"}]}
        """;

    private static readonly DateTimeOffset Time = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Document_IsWrittenAndReadInFormat1()
    {
        var document = new RolloutDocument
        {
            Id = "019ca9450a00724db5b193d195d13bdc",
            Flag = "engine",
            By = "company",
            Guard = "errors",
            Settle = TimeSpan.FromHours(2),
            Steps = [new RolloutStep(5, TimeSpan.Zero), new RolloutStep(12.5, TimeSpan.FromDays(1))],
            State = RolloutState.Paused,
            Author = "ann",
            Reason = "try it",
            StartedAt = Time,
            Step = 1,
            StepAt = Time.AddSeconds(1),
            Percentage = 5,
            Remaining = TimeSpan.FromHours(23),
            Waiting = "the kill switch is thrown",
            Undo = new RolloutUndo("false", "50", WasBoolean: false, AddsFilter: false, AddsConditions: false, AddsFilters: true),
            Pending = new RolloutPending(RolloutPendingKind.RollBack, 0, null, new RolloutReading(Enabled: true, 5), "rollout:1", "no"),
            Abort = new RolloutAbortRequest(RolloutAbortMode.Restore, "bob", "enough"),
            LastGuard = new RolloutGuardCheck(Time, RolloutGuardVerdict.Error, "it threw", 2),
            Events = [new RolloutEvent(Time, RolloutEventKind.Started, 0, null, "ann", "try it")],
        };
        Assert.Equal(Format1, Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(document, RolloutJson.Default.RolloutDocument)));
        RolloutDocument read = JsonSerializer.Deserialize(Format1, RolloutJson.Default.RolloutDocument)!;
        Assert.Equal(document with { Steps = read.Steps, Events = read.Events }, read);
        Assert.Equal(document.Steps, read.Steps);
        Assert.Equal(document.Events, read.Events);
    }

    [Fact]
    public void Index_IsWrittenAndReadInFormat1()
    {
        var index = new RolloutIndex { Active = [new RolloutIndexEntry("019ca9450a00724db5b193d195d13bdc", "engine")] };
        const string Written = """{"format":1,"active":[{"id":"019ca9450a00724db5b193d195d13bdc","flag":"engine"}]}""";
        Assert.Equal(Written, JsonSerializer.Serialize(index, RolloutJson.Default.RolloutIndex));
        Assert.Equal(index.Active, JsonSerializer.Deserialize(Written, RolloutJson.Default.RolloutIndex)!.Active);
    }

    [Fact]
    public async Task Document_IsKeptUnderItsId()
    {
        var world = new RolloutWorld();
        RolloutStatus status = await world.Join().Rollouts.StartAsync(RolloutWorld.Plan(), "ann", "why", Cancellation);
        List<StateDocument> documents = await world.State.ListAsync("", Cancellation).ToListAsync(Cancellation);
        Assert.Equal(["flags/staging/rollouts-active", $"flags/staging/rollouts/{status.Id}"], documents.Select(d => d.Key));
    }

    [Theory]
    [InlineData("""{"format":2}""", "can't be read as a rollout")]
    [InlineData("{", "can't be read as a rollout")]
    [InlineData("""{"format":2,"id":"1","flag":"a","steps":[],"author":"a","reason":"b"}""", "is written in format 2; this version of Varai.Environment reads 1. Update this service.")]
    public async Task Document_ThatCantBeRead_IsNamed(string json, string problem)
    {
        var world = new RolloutWorld();
        RolloutNode node = world.Join();
        RolloutStatus status = await node.Rollouts.StartAsync(RolloutWorld.Plan(), "ann", "why", Cancellation);
        await world.State.CommitAsync(new StateTransaction().Put($"flags/staging/rollouts/{status.Id}", Encoding.UTF8.GetBytes(json)), Cancellation);
        var error = await Assert.ThrowsAsync<VaraiException>(() => node.Rollouts.GetAsync(status.Id, Cancellation));
        Assert.Contains(status.Id, error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }
}
