using Varai.FeatureFlags;
using Varai.FeatureFlags.Rollouts;

namespace Varai.Tests.FeatureFlags.Rollouts;

public sealed class FlagRolloutsTests
{
    private readonly RolloutWorld _world = new();
    private readonly RolloutNode _node;

    public FlagRolloutsTests() => _node = _world.Join();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IFlagRollouts Rollouts => _node.Rollouts;

    [Fact]
    public async Task StartAsync_OfWhatCantRun_SaysWhy()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Rollouts.StartAsync(new RolloutPlan(RolloutWorld.Flag), "ann", "why", Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => Rollouts.StartAsync(RolloutWorld.Plan(), " ", "why", Cancellation));
        Assert.Equal(
            "There is no feature flag 'engin' to roll out: define it first; it may be off.",
            await RefusalAsync(() => Rollouts.StartAsync(new RolloutPlan("engin").Step(5), "ann", "why", Cancellation)));
        Assert.Equal(
            "The rollout of 'engine' names the guard 'error', which is not registered: add it with AddRolloutGuard. Registered: 'errors'.",
            await RefusalAsync(() => Rollouts.StartAsync(RolloutWorld.Plan("error"), "ann", "why", Cancellation)));
        _world.Flags.Write(RolloutWorld.Flag, """{"enabled":true,"conditions":{"client_filters":[{"name":"Rollout","parameters":{"percentage":5,"by":"company"}}]}}""");
        Assert.Equal(
            "The feature flag 'engine' can't be rolled out like this: it takes its percentage by 'company' already, not by 'region': change one of them, since nobody should be in and out by turns.",
            await RefusalAsync(() => Rollouts.StartAsync(new RolloutPlan(RolloutWorld.Flag) { By = "region" }.Step(5), "ann", "why", Cancellation)));
        Assert.Empty(await AllAsync());
    }

    [Fact]
    public async Task StartAsync_OfASecondRolloutOfAFlag_NamesTheFirst()
    {
        RolloutStatus first = await Rollouts.StartAsync(RolloutWorld.Plan(), "ann", "why", Cancellation);
        string refusal = await RefusalAsync(() => Rollouts.StartAsync(new RolloutPlan("ENGINE").Step(5), "bob", "why", Cancellation));
        Assert.Equal(
            $"The feature flag 'ENGINE' has a rollout already: {first.Id}, Running, started by ann at 2026-03-01 12:00:00Z. Abort it first, or let it end.", refusal);

        await Rollouts.AbortAsync(first.Id, RolloutAbortMode.Keep, "ann", "enough", Cancellation);
        _world.Time.Advance(TimeSpan.FromSeconds(1));
        RolloutStatus second = await Rollouts.StartAsync(RolloutWorld.Plan(), "bob", "again", Cancellation);
        Assert.Equal([first.Id, second.Id], (await AllAsync()).Select(s => s.Id));
        Assert.Equal(second.Id, (await Rollouts.GetAsync("Engine", Cancellation))!.Id);
        Assert.Equal(RolloutState.Aborted, (await Rollouts.GetAsync(first.Id, Cancellation))!.State);
    }

    [Fact]
    public async Task StartAsync_AfterManyEnded_ForgetsTheOldestOfTheFlag()
    {
        _world.Flags.Write("other", "true");
        RolloutStatus elsewhere = await Rollouts.StartAsync(new RolloutPlan("other").Step(5), "ann", "why", Cancellation);
        await Rollouts.AbortAsync(elsewhere.Id, RolloutAbortMode.Keep, "ann", "enough", Cancellation);
        var started = new List<string>();
        for (int i = 0; i < 23; i++)
        {
            _world.Time.Advance(TimeSpan.FromSeconds(1));
            RolloutStatus status = await Rollouts.StartAsync(RolloutWorld.Plan(), "ann", "why", Cancellation);
            started.Add(status.Id);
            await Rollouts.AbortAsync(status.Id, RolloutAbortMode.Keep, "ann", "enough", Cancellation);
        }

        // The newest, and the 20 that had ended when it started.
        Assert.Equal([elsewhere.Id, .. started[^21..]], (await AllAsync()).Select(s => s.Id));
    }

    [Fact]
    public async Task StartAsync_FromManyNodesAtOnce_StartsOne()
    {
        int started = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, 8), Cancellation, async (_, token) =>
        {
            try
            {
                await _world.Join().Rollouts.StartAsync(RolloutWorld.Plan(), "ann", "why", token);
                Interlocked.Increment(ref started);
            }
            catch (RolloutException)
            {
                // Another was faster.
            }
        });
        Assert.Equal(1, started);
        Assert.Single(await AllAsync());
    }

    [Fact]
    public async Task PauseAsync_StopsTheClock_ResumeAsync_StartsItAgain()
    {
        await Rollouts.StartAsync(RolloutWorld.Plan(), "ann", "why", Cancellation);
        await _node.CheckAsync();
        await _world.PassTimeAsync(TimeSpan.FromMinutes(40), _node);
        RolloutStatus paused = await Rollouts.PauseAsync(RolloutWorld.Flag, "bob", "lunch", Cancellation);
        Assert.Equal((RolloutState.Paused, null), (paused.State, paused.NextStepAt));
        int asked = _world.Asked.Count;
        await _world.PassTimeAsync(TimeSpan.FromDays(1), _node);
        Assert.Equal(asked, _world.Asked.Count);

        Assert.Equal(paused.History, (await Rollouts.PauseAsync(RolloutWorld.Flag, "bob", "again", Cancellation)).History);
        RolloutStatus resumed = await Rollouts.ResumeAsync(paused.Id, "bob", "back", Cancellation);
        Assert.Equal(_world.Time.GetUtcNow() + TimeSpan.FromMinutes(20), resumed.NextStepAt);
        Assert.Equal(resumed.History, (await Rollouts.ResumeAsync(paused.Id, "bob", "again", Cancellation)).History);
        await _world.PassTimeAsync(TimeSpan.FromMinutes(20), _node);
        Assert.Equal([5, 25], _world.Percentages);
        Assert.Equal(
            [(RolloutEventKind.Paused, "bob", "lunch"), (RolloutEventKind.Resumed, "bob", "back")],
            resumed.History.TakeLast(2).Select(e => (e.Kind, e.Author, e.Reason)));
    }

    [Fact]
    public async Task ResumeAsync_OfAFlagThatCantGoOn_SaysWhatToDo()
    {
        RolloutStatus status = await Rollouts.StartAsync(RolloutWorld.Plan(), "ann", "why", Cancellation);
        await _node.CheckAsync();
        await Rollouts.PauseAsync(status.Id, "bob", "wait", Cancellation);
        _world.Flags.Write(RolloutWorld.Flag, "true");
        Assert.Contains("no longer has the percentage", await RefusalAsync(() => Rollouts.ResumeAsync(status.Id, "bob", "go", Cancellation)), StringComparison.Ordinal);
        _world.Flags.Write(RolloutWorld.Flag, "false");
        Assert.Contains("is switched off", await RefusalAsync(() => Rollouts.ResumeAsync(status.Id, "bob", "go", Cancellation)), StringComparison.Ordinal);
        _world.Flags.Write(RolloutWorld.Flag, null);
        Assert.Contains("is no longer defined", await RefusalAsync(() => Rollouts.ResumeAsync(status.Id, "bob", "go", Cancellation)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RolloutAbortMode.Restore, true)]
    [InlineData(RolloutAbortMode.Restore, false)]
    [InlineData(RolloutAbortMode.Keep, true)]
    public async Task AbortAsync_EndsARunningOrPausedRollout(RolloutAbortMode mode, bool isPaused)
    {
        await Rollouts.StartAsync(RolloutWorld.Plan(), "ann", "why", Cancellation);
        await _node.CheckAsync();
        await _world.PassTimeAsync(TimeSpan.FromHours(2), _node);
        string definition = _world.Flags.Json(RolloutWorld.Flag);
        if (isPaused)
            await Rollouts.PauseAsync(RolloutWorld.Flag, "bob", "wait", Cancellation);
        RolloutStatus status = await Rollouts.AbortAsync(RolloutWorld.Flag, mode, "bob", "not good", Cancellation);
        Assert.Equal(mode == RolloutAbortMode.Restore, status.IsAborting);
        if (status.IsAborting)
        {
            Assert.Contains("bob has aborted it", await RefusalAsync(() => Rollouts.ResumeAsync(status.Id, "ann", "go on", Cancellation)), StringComparison.Ordinal);
            Assert.Contains("bob has aborted it", await RefusalAsync(() => Rollouts.PauseAsync(status.Id, "ann", "wait", Cancellation)), StringComparison.Ordinal);
        }

        await _node.WakeAsync();
        status = (await Rollouts.GetAsync(status.Id, Cancellation))!;
        Assert.Equal((RolloutState.Aborted, "bob", "not good"), (status.State, status.History[^1].Author, status.History[^1].Reason));
        Assert.Equal(mode == RolloutAbortMode.Restore ? "true" : definition, _world.Flags.Json(RolloutWorld.Flag));
        if (mode == RolloutAbortMode.Restore)
            Assert.Equal(("bob", "back to what was before the rollout: not good", null), _world.Flags.Edits[^1]);
        Assert.Contains("has ended (Aborted)", await RefusalAsync(() => Rollouts.PauseAsync(status.Id, "ann", "wait", Cancellation)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_ForARolloutThatIsNotThere_SaySo()
    {
        Assert.Null(await Rollouts.GetAsync("nothing", Cancellation));
        Assert.Equal("There is no rollout 'nothing', nor one of a flag with this name.", await RefusalAsync(() => Rollouts.PauseAsync("nothing", "ann", "why", Cancellation)));
        await Assert.ThrowsAsync<RolloutException>(async () => await Rollouts.WatchAsync("nothing", Cancellation).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task WatchAsync_FollowsTheRolloutToItsEnd()
    {
        RolloutStatus status = await Rollouts.StartAsync(RolloutWorld.Plan(), "ann", "why", Cancellation);
        await Rollouts.StartAsync(new RolloutPlan("other").Step(5), "ann", "why", Cancellation);
        var seen = new List<(RolloutState, int)>();
        await foreach (RolloutStatus now in Rollouts.WatchAsync(status.Id, Cancellation))
        {
            seen.Add((now.State, now.Step));
            if (now is { Step: 1, IsAborting: false })
                await Rollouts.AbortAsync(status.Id, RolloutAbortMode.Restore, "ann", "enough", Cancellation);
            await _node.WakeAsync();
        }

        Assert.Equal((RolloutState.Running, 0), seen[0]);
        Assert.Contains((RolloutState.Running, 1), seen);
        Assert.Equal((RolloutState.Aborted, 0), seen[^1]);
        Assert.Single(await Rollouts.WatchAsync(status.Id, Cancellation).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task History_IsBounded_AndKeepsWhatWasDone()
    {
        await Rollouts.StartAsync(RolloutWorld.Plan(), "ann", "why", Cancellation);
        await _node.CheckAsync();
        for (int i = 0; i < RolloutTransitions.MaximumEvents + 50; i++)
        {
            _world.Say(i % 2 == 0 ? RolloutGuardResult.Unknown("few requests") : RolloutGuardResult.Pass);
            await _node.CheckAsync();
        }

        IReadOnlyList<RolloutEvent> history = (await Rollouts.GetAsync(RolloutWorld.Flag, Cancellation))!.History;
        Assert.Equal(RolloutTransitions.MaximumEvents, history.Count);
        Assert.Equal([RolloutEventKind.Started, RolloutEventKind.Stepped], history.Take(2).Select(e => e.Kind));
    }

    [Fact]
    public async Task Calls_WithACancelledToken_AreCancelled()
    {
        var cancelled = new CancellationToken(canceled: true);
        await Rollouts.StartAsync(RolloutWorld.Plan(), "ann", "why", Cancellation);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Rollouts.StartAsync(new RolloutPlan("other").Step(5), "ann", "why", cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Rollouts.PauseAsync(RolloutWorld.Flag, "ann", "why", cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Rollouts.GetAsync(RolloutWorld.Flag, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Rollouts.ListAsync(cancelled).ToListAsync(Cancellation));
    }

    private static async Task<string> RefusalAsync(Func<Task> call) => (await Assert.ThrowsAsync<RolloutException>(call)).Message;

    private async Task<List<RolloutStatus>> AllAsync() => await Rollouts.ListAsync(Cancellation).ToListAsync(Cancellation);
}
