using CsCheck;
using Varai.Configuration;
using Varai.Promotion;

namespace Varai.Tests.Promotion;

public sealed class RollbackTests : IAsyncDisposable
{
    private readonly PromotionHarness _harness = new PromotionHarness().Environments(
        """{ "api_config": { "timeout": 10, "retries": 3, "new": { "x": 1 } } }""",
        """{ "api_config": { "timeout": 5, "retries": 1, "gone": 1 }, /* mine */ "other": 1 }""",
        "{}");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rollback_GivesTheFileBackAsItWas()
    {
        await _harness.StartAsync();
        string before = _harness.Read("staging.json");
        PromotionRecord record = await _harness.PromoteAsync("development", "staging", "api_config");

        PromotionRecord rollback = await _harness.RollbackAsync(record.Id);

        Assert.Equal(before, _harness.Read("staging.json"));
        Assert.Equal((PromotionKind.Rollback, PromotionState.Succeeded, record.Id), (rollback.Plan.Kind, rollback.State, rollback.RollbackOf));
        PromotionRecord taken = (await _harness.Engine.FindAsync(record.Id, Token))!;
        Assert.Equal((PromotionState.RolledBack, rollback.Id), (taken.State, taken.RolledBackBy));
        Assert.Equal([rollback.Id, record.Id], (await _harness.HistoryAsync("staging")).Select(r => r.Id));
    }

    [Fact]
    public async Task Rollback_LaterEditsOfOtherKeys_Stay()
    {
        await _harness.StartAsync();
        PromotionRecord record = await _harness.PromoteAsync("development", "staging", "api_config");
        await _harness.EditAsync("staging", "api_config:later", "7");
        await _harness.EditAsync("staging", "other", "2");

        await _harness.RollbackAsync(record.Id);

        Assert.Equal("7", await _harness.ValueAsync("staging", "api_config:later"));
        Assert.Equal("2", await _harness.ValueAsync("staging", "other"));
        Assert.Equal("5", await _harness.ValueAsync("staging", "api_config:timeout"));
        Assert.Null(await _harness.ValueAsync("staging", "api_config:new"));
    }

    [Fact]
    public async Task Rollback_AKeyThatWasChangedSince_StopsAndNamesItsAuthor()
    {
        await _harness.StartAsync();
        PromotionRecord record = await _harness.PromoteAsync("development", "staging", "api_config");
        await _harness.EditAsync("staging", "api_config:timeout", "77", "sam");

        PromotionConflictException error = await Assert.ThrowsAsync<PromotionConflictException>(() => _harness.RollbackAsync(record.Id));

        PromotionConflict conflict = Assert.Single(error.Conflicts);
        Assert.Equal(("10", "5", "77"), (conflict.Base, conflict.Source, conflict.Target));
        Assert.Contains("sam", error.Message, StringComparison.Ordinal);
        Assert.Equal("3", await _harness.ValueAsync("staging", "api_config:retries"));
        Assert.Equal(PromotionState.Succeeded, (await _harness.Engine.FindAsync(record.Id, Token))!.State);
    }

    [Theory]
    [InlineData(PromotionConflictHandling.KeepLater, "77")]
    [InlineData(PromotionConflictHandling.Force, "5")]
    public async Task Rollback_WithADecision_DoesThat(PromotionConflictHandling handling, string expected)
    {
        await _harness.StartAsync();
        PromotionRecord record = await _harness.PromoteAsync("development", "staging", "api_config");
        await _harness.EditAsync("staging", "api_config:timeout", "77");

        await _harness.RollbackAsync(record.Id, handling);

        Assert.Equal(expected, await _harness.ValueAsync("staging", "api_config:timeout"));
        Assert.Equal("1", await _harness.ValueAsync("staging", "api_config:retries"));
    }

    [Fact]
    public async Task Hold_WhatWasRolledBack_DoesNotComeAgainUntilItIsLifted()
    {
        await _harness.StartAsync();
        PromotionRecord record = await _harness.PromoteAsync("development", "staging", "api_config");
        await _harness.RollbackAsync(record.Id);

        // An unrelated change of the source does not let it slip through.
        await _harness.EditAsync("development", "api_config:unrelated", "1");
        PromotionRefusedException refused = await Assert.ThrowsAsync<PromotionRefusedException>(() => _harness.PromoteAsync("development", "staging", "api_config"));
        Assert.Contains(refused.Gates, g => g is { Gate: "hold", IsPassed: false } && g.Reason.Contains(record.Id, StringComparison.Ordinal));
        PromotionHold hold = Assert.Single(await _harness.Control.GetHoldsAsync("staging", Token));
        Assert.Equal((record.Id, "bob", "it broke"), (hold.RecordId, hold.Author, hold.Reason));

        await _harness.Control.LiftHoldAsync("staging", record.Id, "ann", "it was the network", Token);
        PromotionRecord again = await _harness.PromoteAsync("development", "staging", "api_config");

        Assert.Equal(PromotionState.Succeeded, again.State);
        Assert.Equal("10", await _harness.ValueAsync("staging", "api_config:timeout"));
        Assert.Equal(PromotionEventKind.HoldLifted, (await _harness.EventsAsync()).First(e => e.Reason == "it was the network").Kind);
        await Assert.ThrowsAsync<PromotionException>(() => _harness.Control.LiftHoldAsync("staging", record.Id, "ann", "again", Token));
    }

    [Fact]
    public async Task Hold_TheSourceIsMended_LetsItThrough()
    {
        await _harness.StartAsync();
        PromotionRecord record = await _harness.PromoteAsync("development", "staging", "api_config");
        await _harness.RollbackAsync(record.Id);
        await _harness.EditAsync("development", "api_config:timeout", "11");

        await _harness.PromoteAsync("development", "staging", "api_config");

        Assert.Equal("11", await _harness.ValueAsync("staging", "api_config:timeout"));
        Assert.Equal("3", await _harness.ValueAsync("staging", "api_config:retries"));
    }

    [Fact]
    public async Task Rollback_OfTheFirstOfTwo_TakesBackOnlyThat()
    {
        await _harness.StartAsync();
        PromotionRecord first = await _harness.PromoteAsync("development", "staging", "api_config");
        await _harness.EditAsync("development", "api_config:second", "2");
        await _harness.PromoteAsync("development", "staging", "api_config");

        await _harness.RollbackAsync(first.Id);
        PromotionPlan again = await _harness.PlanAsync("development", "staging", "api_config");

        Assert.Equal("2", await _harness.ValueAsync("staging", "api_config:second"));
        Assert.Equal("5", await _harness.ValueAsync("staging", "api_config:timeout"));
        Assert.Equal([first.Id], again.Holds);
        Assert.DoesNotContain(again.Changes, c => c.Key == "api_config:second");
        Assert.Contains(again.Changes, c => c.Key == "api_config:timeout");
    }

    [Fact]
    public async Task Rollback_Twice_HasNothingToTakeBack()
    {
        await _harness.StartAsync();
        PromotionRecord record = await _harness.PromoteAsync("development", "staging", "api_config");
        await _harness.RollbackAsync(record.Id);

        PromotionException error = await Assert.ThrowsAsync<PromotionException>(() => _harness.RollbackAsync(record.Id));

        Assert.Contains("RolledBack", error.Message, StringComparison.Ordinal);
    }

    // A model keeps, beside the engine, who wrote each key of the target last: what a person wrote after the last promotion of that
    // key has to be there at the end, whatever was promoted and rolled back around it.
    [Fact]
    public async Task Histories_1000OfThem_LoseNoLaterEdit()
    {
        await _harness.StartAsync(o => o.KeepRecords = 3);
        int lost = 0;
        int edits = 0;
        int rollbacks = 0;
        int history = 0;
        Gen<(int Kind, int Key, int Value)[]> steps = Gen.Select(Gen.Int[0, 9], Gen.Int[0, 3], Gen.Int[0, 9]).Array[3, 6];
        await steps.SampleAsync(async history1 =>
        {
            int number = Interlocked.Increment(ref history);
            string component = $"c{number}";
            var own = new Dictionary<string, string>(StringComparer.Ordinal);
            var records = new List<string>();
            await _harness.EditAsync("development", component, """{ "k0": 0, "k1": 0, "k2": 0, "k3": 0 }""");
            foreach ((int kind, int k, int value) in history1)
            {
                string key = $"{component}:k{k}";
                string text = (value + 10).ToString(System.Globalization.CultureInfo.InvariantCulture);
                switch (kind)
                {
                    case <= 2:
                        await _harness.EditAsync("development", key, text);
                        break;
                    case <= 5:
                        // A value that nothing else has: an edit back to what was promoted last counts as none, and there is nothing to lose.
                        string mine = (1000 + Interlocked.Increment(ref edits)).ToString(System.Globalization.CultureInfo.InvariantCulture);
                        await _harness.EditAsync("staging", key, mine);
                        own[key] = mine;
                        break;
                    case <= 7:
                        PromotionRecord promoted = await _harness.Engine.PromoteAsync(
                            new PromotionRequest("development", "staging", "ann", "r")
                            {
                                Components = [component],
                                Resolutions = [new(component, PromotionChoice.KeepTarget, "the later edit stays")],
                            },
                            cancellationToken: Token);

                        // The first promotion takes over on purpose, and says so in its plan.
                        foreach (PromotionChange change in promoted.Plan.Changes)
                        {
                            if (records.Count > 0 && own.ContainsKey(change.Key))
                                Interlocked.Increment(ref lost);
                            own.Remove(change.Key);
                        }

                        records.Add(promoted.Id);
                        break;
                    default:
                        if (records.Count == 0)
                            break;
                        await _harness.RollbackAsync(records[^1], PromotionConflictHandling.KeepLater);
                        foreach (PromotionHold hold in await _harness.Control.GetHoldsAsync("staging", Token))
                            await _harness.Control.LiftHoldAsync("staging", hold.RecordId, "ann", "on with the test", Token);
                        records.RemoveAt(records.Count - 1);
                        Interlocked.Increment(ref rollbacks);
                        break;
                }

                foreach ((string edited, string expected) in own)
                {
                    if (await _harness.ValueAsync("staging", edited) != expected)
                        Interlocked.Increment(ref lost);
                }
            }

            await _harness.EditAsync("development", component, null);
            if (await _harness.ValueAsync("staging", component) is not null)
                await _harness.EditAsync("staging", component, null);
        }, iter: 1000, threads: 1);

        Assert.Equal(0, lost);
        Assert.True(edits > 500 && rollbacks > 100, $"{edits} edits, {rollbacks} rollbacks");
    }

    public ValueTask DisposeAsync() => _harness.DisposeAsync();
}
