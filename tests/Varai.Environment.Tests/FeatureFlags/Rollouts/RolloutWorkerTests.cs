using Varai.Configuration;
using Varai.FeatureFlags;
using Varai.State;

namespace Varai.Tests.FeatureFlags.Rollouts;

public sealed class RolloutWorkerTests
{
    private readonly RolloutWorld _world = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rollout_WhileTheGuardHolds_TakesEachStepWhenItIsDue()
    {
        RolloutNode node = _world.Join();
        RolloutStatus started = await node.Rollouts.StartAsync(RolloutWorld.Plan(), "ann", "try it", Cancellation);
        Assert.Equal((RolloutState.Running, 0, null), (started.State, started.Step, started.Percentage));

        await node.WakeAsync();
        RolloutStatus status = await StatusAsync(node);
        Assert.Equal((1, 5.0, started.StartedAt + TimeSpan.FromHours(1)), (status.Step, status.Percentage, status.NextStepAt));

        await _world.PassTimeAsync(TimeSpan.FromMinutes(59.5), node);
        Assert.Equal(5, (await StatusAsync(node)).Percentage);
        await _world.PassTimeAsync(TimeSpan.FromMinutes(0.5), node);
        Assert.Equal(25, (await StatusAsync(node)).Percentage);

        await _world.PassTimeAsync(TimeSpan.FromHours(23), node);
        status = await StatusAsync(node);
        Assert.Equal((RolloutState.Running, 3, 100.0), (status.State, status.Step, status.Percentage));
        await _world.PassTimeAsync(TimeSpan.FromMinutes(1), node);

        status = await StatusAsync(node);
        Assert.Equal((RolloutState.Completed, 3, 100.0, null), (status.State, status.Step, status.Percentage, status.NextStepAt));
        string self = $"rollout:{status.Id}";
        Assert.Equal([(self, "step 1 of 3: 5 %", 5), (self, "step 2 of 3: 25 %", 25), (self, "step 3 of 3: 100 %", 100)], _world.Flags.Edits);
        Assert.Equal(
            [
                (RolloutEventKind.Started, 0, "ann", "try it"),
                (RolloutEventKind.GuardAnswered, 0, "errors", "Pass"),
                (RolloutEventKind.Stepped, 1, self, "step 1 of 3: 5 %"),
                (RolloutEventKind.Stepped, 2, self, "step 2 of 3: 25 %"),
                (RolloutEventKind.Stepped, 3, self, "step 3 of 3: 100 %"),
                (RolloutEventKind.Completed, 3, self, "all steps are taken"),
            ],
            status.History.Select(e => (e.Kind, e.Step, e.Author, e.Reason)));
        Assert.Empty((await node.Store.GetIndexAsync(Cancellation)).Index.Active);
    }

    [Fact]
    public async Task Guard_IsAskedAtEveryCheck_WithWhereTheRolloutStands()
    {
        RolloutNode node = _world.Join();
        RolloutStatus status = await node.Rollouts.StartAsync(RolloutWorld.Plan(), "ann", "why", Cancellation);
        await node.CheckAsync();
        await _world.PassTimeAsync(TimeSpan.FromMinutes(2), node);
        Assert.Equal(5, _world.Asked.Count);
        Assert.Equal(new RolloutGuardContext("staging", RolloutWorld.Flag, status.Id, 0, 3, null, status.StartedAt, null), _world.Asked[0]);
        Assert.Equal(new RolloutGuardContext("staging", RolloutWorld.Flag, status.Id, 1, 3, 5, status.StartedAt, status.StartedAt), _world.Asked[4]);

        // Being woken is no check.
        await node.WakeAsync();
        Assert.Equal(5, _world.Asked.Count);
    }

    [Fact]
    public async Task Guard_ThatFails_TakesTheFlagBackToTheStepBefore()
    {
        RolloutNode node = _world.Join();
        await node.Rollouts.StartAsync(RolloutWorld.Plan(), "ann", "why", Cancellation);
        await node.CheckAsync();
        await _world.PassTimeAsync(TimeSpan.FromHours(2), node);
        _world.Say(RolloutGuardResult.Fail("5 % of requests fail"));
        await _world.PassTimeAsync(TimeSpan.FromHours(3), node);

        RolloutStatus status = await StatusAsync(node);
        Assert.Equal((RolloutState.RolledBack, 1, 5.0), (status.State, status.Step, status.Percentage));
        Assert.Equal([5, 25, 5], _world.Percentages);
        Assert.Equal((RolloutGuardVerdict.Fail, "5 % of requests fail"), (status.LastGuard!.Verdict, status.LastGuard.Reason));
        RolloutEvent last = status.History[^1];
        Assert.Equal((RolloutEventKind.RolledBack, "the guard 'errors' failed: 5 % of requests fail"), (last.Kind, last.Reason));
        Assert.Equal("back to step 1: the guard 'errors' failed: 5 % of requests fail", _world.Flags.Edits[^1].Reason);
        Assert.Equal(status.EndedAt, last.Time);
        Assert.Single(node.Logs.GetSnapshot(), r => r.Id.Id == 1331);
    }

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    [InlineData("""{"enabled":false,"conditions":{"client_filters":[{"name":"Rollout","parameters":{"percentage":50}}]}}""")]
    public async Task Guard_ThatFailsAfterTheFirstStep_LeavesTheFlagAsItWas(string definition)
    {
        var world = new RolloutWorld(definition);
        RolloutNode node = world.Join();
        await node.Rollouts.StartAsync(RolloutWorld.Plan(), "ann", "why", Cancellation);
        await node.CheckAsync();
        Assert.NotEqual(definition, world.Flags.Json(RolloutWorld.Flag));
        world.Say(RolloutGuardResult.Fail("no"));
        await node.CheckAsync();

        Assert.Equal(definition, world.Flags.Json(RolloutWorld.Flag));
        RolloutStatus status = await StatusAsync(node);
        Assert.Equal((RolloutState.RolledBack, 0, null), (status.State, status.Step, status.Percentage));
    }

    [Fact]
    public async Task Guard_ThatFailsBeforeTheFirstStep_EndsTheRolloutWithoutATrace()
    {
        RolloutNode node = _world.Join();
        _world.Say(RolloutGuardResult.Fail("no"));
        await node.Rollouts.StartAsync(RolloutWorld.Plan(), "ann", "why", Cancellation);
        await node.CheckAsync();
        Assert.Equal(RolloutState.RolledBack, (await StatusAsync(node)).State);
        Assert.Empty(_world.Flags.Edits);
    }

    [Fact]
    public async Task Guard_ThatCantTell_HoldsTheRolloutWhereItIs()
    {
        RolloutNode node = _world.Join();
        await node.Rollouts.StartAsync(RolloutWorld.Plan(), "ann", "why", Cancellation);
        await node.CheckAsync();
        _world.Say(RolloutGuardResult.Unknown("3 requests"));
        await _world.PassTimeAsync(TimeSpan.FromHours(5), node);
        Assert.Equal([5], _world.Percentages);
        Assert.Single((await StatusAsync(node)).History, e => e.Reason == "Unknown: 3 requests");

        _world.Say(RolloutGuardResult.Pass);
        await _world.PassTimeAsync(TimeSpan.FromMinutes(5), node);
        Assert.Equal([5, 25], _world.Percentages);
    }

    [Fact]
    public async Task Guard_ThatThrowsThreeTimesInARow_CountsAsFailed()
    {
        RolloutNode node = _world.Join();
        await node.Rollouts.StartAsync(RolloutWorld.Plan(), "ann", "why", Cancellation);
        await node.CheckAsync();
        int calls = 0;
        _world.Answer = (_, _) => ++calls % 3 == 0 ? ValueTask.FromResult(RolloutGuardResult.Pass) : throw new TimeoutException("canary");
        await _world.PassTimeAsync(TimeSpan.FromMinutes(10), node);
        Assert.Equal(RolloutState.Running, (await StatusAsync(node)).State);

        await _world.PassTimeAsync(TimeSpan.FromSeconds(30), node);
        _world.Answer = (_, _) => throw new TimeoutException("canary");
        await _world.PassTimeAsync(TimeSpan.FromMinutes(5), node);
        RolloutStatus status = await StatusAsync(node);
        Assert.Equal(RolloutState.RolledBack, status.State);
        Assert.Equal("the guard 'errors' could not be asked 3 times in a row: it threw TimeoutException", status.History[^1].Reason);
        Assert.Equal("true", _world.Flags.Json(RolloutWorld.Flag));
    }

    [Fact]
    public async Task Guard_ThatTakesTooLong_IsAnErrorAndIsNotWaitedFor()
    {
        RolloutNode node = _world.Join();
        var entered = new TaskCompletionSource();
        _world.Answer = async (_, _) =>
        {
            entered.SetResult();
            await new TaskCompletionSource().Task;
            return RolloutGuardResult.Pass;
        };
        await node.Rollouts.StartAsync(RolloutWorld.Plan(), "ann", "why", Cancellation);
        Task checking = node.CheckAsync();
        await entered.Task;
        Assert.False(checking.IsCompleted);
        _world.Time.Advance(TimeSpan.FromSeconds(10));
        await checking;
        RolloutGuardCheck last = (await StatusAsync(node)).LastGuard!;
        Assert.Equal((RolloutGuardVerdict.Error, "it took longer than 00:00:10", 1), (last.Verdict, last.Reason, last.Errors));
        Assert.Empty(_world.Flags.Edits);
    }

    [Fact]
    public async Task Guard_ThatUsesTheFacade_IsUnderNoLock()
    {
        RolloutNode node = _world.Join();
        _world.Answer = async (context, token) =>
        {
            await node.Rollouts.PauseAsync(context.RolloutId, "guard", "wait for a person", token);
            return RolloutGuardResult.Pass;
        };
        await node.Rollouts.StartAsync(RolloutWorld.Plan(), "ann", "why", Cancellation);
        await node.CheckAsync();
        Assert.Equal(RolloutState.Paused, (await StatusAsync(node)).State);
        Assert.Empty(_world.Flags.Edits);
    }

    [Fact]
    public async Task Guard_ThatTheActingNodeLacks_HoldsTheRollout()
    {
        RolloutNode node = _world.Join();
        await node.Rollouts.StartAsync(RolloutWorld.Plan(), "ann", "why", Cancellation);
        var other = new RolloutNode(_world, _world.Options, guards: []);
        await other.CheckAsync();
        RolloutStatus status = await StatusAsync(node);
        Assert.Equal((0, RolloutGuardVerdict.Unknown), (status.Step, status.LastGuard!.Verdict));
        Assert.Empty(_world.Flags.Edits);
    }

    [Fact]
    public async Task Rollout_WithoutAGuard_CompletesWithItsLastStep_UnlessItSettles()
    {
        RolloutNode node = _world.Join();
        await node.Rollouts.StartAsync(new RolloutPlan(RolloutWorld.Flag).Step(50), "ann", "why", Cancellation);
        await node.WakeAsync();
        RolloutStatus status = await StatusAsync(node);
        Assert.Equal((RolloutState.Completed, 50.0, null), (status.State, status.Percentage, status.LastGuard));

        await node.Rollouts.StartAsync(new RolloutPlan(RolloutWorld.Flag) { Settle = TimeSpan.FromHours(1) }.Step(100), "ann", "why", Cancellation);
        await node.WakeAsync();
        await _world.PassTimeAsync(TimeSpan.FromMinutes(59.5), node);
        Assert.Equal(RolloutState.Running, (await StatusAsync(node)).State);
        await _world.PassTimeAsync(TimeSpan.FromMinutes(1), node);
        Assert.Equal(RolloutState.Completed, (await StatusAsync(node)).State);
    }

    [Fact]
    public async Task Host_ThatComesUpLate_TakesOneStepAndKeepsTheDistanceToTheNext()
    {
        RolloutNode node = _world.Join();
        await node.Rollouts.StartAsync(RolloutWorld.Plan(), "ann", "why", Cancellation);
        _world.Time.Advance(TimeSpan.FromDays(7));
        await node.CheckAsync();
        await node.CheckAsync();
        Assert.Equal([5], _world.Percentages);
        await _world.PassTimeAsync(TimeSpan.FromHours(1), node);
        Assert.Equal([5, 25], _world.Percentages);

        RolloutNode later = _world.Join();
        await node.Worker.ReleaseAsync(Cancellation);
        _world.Time.Advance(TimeSpan.FromDays(7));
        _world.Say(RolloutGuardResult.Fail("broken since Tuesday"));
        await later.CheckAsync();
        Assert.Equal([5, 25, 5], _world.Percentages);
    }

    [Fact]
    public async Task KillSwitch_WhileItIsThrown_StopsTheClock()
    {
        RolloutNode node = _world.Join();
        await node.Rollouts.StartAsync(RolloutWorld.Plan(), "ann", "why", Cancellation);
        await node.CheckAsync();
        await _world.PassTimeAsync(TimeSpan.FromMinutes(30), node);
        int asked = _world.Asked.Count;
        string definition = _world.Flags.Json(RolloutWorld.Flag);
        _world.Flags.Write(RolloutWorld.Flag, definition[..^1] + ""","kill_switch":true}""");
        await _world.PassTimeAsync(TimeSpan.FromHours(10), node);

        RolloutStatus status = await StatusAsync(node);
        Assert.Equal((RolloutState.Running, "the kill switch is thrown", null), (status.State, status.WaitingFor, status.NextStepAt));
        Assert.Equal(asked, _world.Asked.Count);

        _world.Flags.Write(RolloutWorld.Flag, definition);
        await _world.PassTimeAsync(TimeSpan.FromMinutes(29.5), node);
        Assert.Equal([5], _world.Percentages);
        await _world.PassTimeAsync(TimeSpan.FromMinutes(1), node);
        Assert.Equal([5, 25], _world.Percentages);
        Assert.Null((await StatusAsync(node)).WaitingFor);
    }

    [Theory]
    [InlineData("""{"enabled":true,"conditions":{"client_filters":[{"name":"Rollout","parameters":{"percentage":7}}]}}""", "on at 7 %")]
    [InlineData("""{"enabled":false,"conditions":{"client_filters":[{"name":"Rollout","parameters":{"percentage":5}}]}}""", "off at 5 %")]
    [InlineData("true", "on without a percentage")]
    public async Task Flag_ChangedByHand_PausesTheRolloutAndStays(string definition, string found)
    {
        RolloutNode node = _world.Join();
        await node.Rollouts.StartAsync(RolloutWorld.Plan(), "ann", "why", Cancellation);
        await node.CheckAsync();
        _world.Flags.Write(RolloutWorld.Flag, definition);
        _world.Say(RolloutGuardResult.Fail("no"));
        await _world.PassTimeAsync(TimeSpan.FromHours(2), node);

        RolloutStatus status = await StatusAsync(node);
        Assert.Equal(RolloutState.Paused, status.State);
        Assert.Equal($"somebody has changed the flag by hand: it is {found}, not on at 5 % as the rollout left it", status.History[^1].Reason);
        Assert.Equal(definition, _world.Flags.Json(RolloutWorld.Flag));
        Assert.Single(node.Logs.GetSnapshot(), r => r.Id.Id == 1332);
    }

    [Fact]
    public async Task Flag_ChangedByHandBetweenDecisionAndEdit_IsNotOverwritten()
    {
        RolloutNode node = _world.Join();
        await node.Rollouts.StartAsync(RolloutWorld.Plan(), "ann", "why", Cancellation);
        await node.CheckAsync();
        const string ByHand = """{"enabled":true,"conditions":{"client_filters":[{"name":"Rollout","parameters":{"percentage":7}}]}}""";
        node.Editor.Before = _ =>
        {
            node.Editor.Before = null;
            _world.Flags.Write(RolloutWorld.Flag, ByHand);
            return Task.CompletedTask;
        };
        await _world.PassTimeAsync(TimeSpan.FromHours(1), node);
        Assert.Equal(ByHand, _world.Flags.Json(RolloutWorld.Flag));
        Assert.Equal((RolloutState.Paused, 1), ((await StatusAsync(node)).State, (await StatusAsync(node)).Step));

        // Whoever resumes accepts what is there until the next step.
        await node.Rollouts.ResumeAsync(RolloutWorld.Flag, "ann", "7 is fine", Cancellation);
        await node.CheckAsync();
        Assert.Equal(25, (await StatusAsync(node)).Percentage);
    }

    [Fact]
    public async Task OtherFlag_ChangedBetweenDecisionAndEdit_DoesNotMatter()
    {
        RolloutNode node = _world.Join();
        await node.Rollouts.StartAsync(RolloutWorld.Plan(), "ann", "why", Cancellation);
        int edits = 0;
        node.Editor.Before = _ =>
        {
            if (++edits < 3)
                _world.Flags.Write("other", edits % 2 == 0 ? "true" : "false");
            return Task.CompletedTask;
        };
        await node.CheckAsync();
        Assert.Equal([5], _world.Percentages);
        Assert.Equal(3, edits);
    }

    [Fact]
    public async Task Flag_ThatDisappears_EndsTheRollout()
    {
        RolloutNode node = _world.Join();
        await node.Rollouts.StartAsync(RolloutWorld.Plan(), "ann", "why", Cancellation);
        await node.CheckAsync();
        _world.Flags.Write(RolloutWorld.Flag, null);
        await node.CheckAsync();
        RolloutStatus status = await StatusAsync(node);
        Assert.Equal((RolloutState.Aborted, "the flag is no longer defined"), (status.State, status.History[^1].Reason));
    }

    [Fact]
    public async Task Step_ThatTheFlagsRefuse_PausesTheRollout_WayBackIsTriedAgain()
    {
        RolloutNode node = _world.Join();
        await node.Rollouts.StartAsync(RolloutWorld.Plan(), "ann", "why", Cancellation);
        node.Editor.Before = _ => throw new ConfigurationException("The flags are not valid.", []);
        await node.CheckAsync();
        RolloutStatus status = await StatusAsync(node);
        Assert.Equal((RolloutState.Paused, 0), (status.State, status.Step));
        Assert.Equal("the flag can't be changed: The flags are not valid.", status.History[^1].Reason);

        node.Editor.Before = null;
        await node.Rollouts.ResumeAsync(RolloutWorld.Flag, "ann", "mended", Cancellation);
        await node.CheckAsync();
        _world.Say(RolloutGuardResult.Fail("no"));
        node.Editor.Before = _ => throw new ConfigurationException("The flags are not valid.", []);
        await _world.PassTimeAsync(TimeSpan.FromMinutes(5), node);
        Assert.Equal(RolloutState.Running, (await StatusAsync(node)).State);
        Assert.Single(node.Logs.GetSnapshot(), r => r.Id.Id == 1334);

        node.Editor.Before = null;
        await node.CheckAsync();
        Assert.Equal(RolloutState.RolledBack, (await StatusAsync(node)).State);
        Assert.Equal("true", _world.Flags.Json(RolloutWorld.Flag));
    }

    [Fact]
    public async Task Document_ThatCantBeRead_IsNoTroubleForOthers()
    {
        RolloutNode node = _world.Join();
        RolloutStatus bad = await node.Rollouts.StartAsync(RolloutWorld.Plan(), "ann", "why", Cancellation);
        await node.Rollouts.StartAsync(new RolloutPlan("other").Step(50), "ann", "why", Cancellation);
        await _world.State.CommitAsync(new StateTransaction().Put($"flags/staging/rollouts/{bad.Id}", """{"format":2}"""u8.ToArray()), Cancellation);
        await node.CheckAsync();
        Assert.Equal([50], _world.Percentages);
        Assert.Single(node.Logs.GetSnapshot(), r => r.Id.Id == 1334);
    }

    [Fact]
    public async Task TwoNodes_OneActs_AndTheOtherGoesOnWhenItDies()
    {
        RolloutNode first = _world.Join();
        RolloutNode second = _world.Join();
        await second.Rollouts.StartAsync(RolloutWorld.Plan(), "ann", "why", Cancellation);
        await first.CheckAsync();
        await second.CheckAsync();
        await _world.PassTimeAsync(TimeSpan.FromMinutes(50), first, second);
        Assert.All(second.State.Commits, t => Assert.Empty(t.RequiredLeases));

        // The first is gone without a word.
        await _world.PassTimeAsync(TimeSpan.FromMinutes(1.5), second);
        Assert.All(second.State.Commits, t => Assert.Empty(t.RequiredLeases));
        await _world.PassTimeAsync(TimeSpan.FromMinutes(8.5), second);
        Assert.Equal([5, 25], _world.Percentages);
        Assert.Contains(second.State.Commits, t => t.RequiredLeases.Count > 0);

        // It comes back, and has nothing to say until the second goes in order.
        int asked = _world.Asked.Count;
        await first.CheckAsync();
        Assert.Equal(asked, _world.Asked.Count);
        await second.Worker.ReleaseAsync(Cancellation);
        await first.CheckAsync();
        Assert.Equal(asked + 1, _world.Asked.Count);
    }

    [Fact]
    public async Task Commits_OfTheActingNode_RequireTheLease()
    {
        RolloutNode node = _world.Join();
        RolloutNode client = _world.Join();
        await client.Rollouts.StartAsync(RolloutWorld.Plan(), "ann", "why", Cancellation);
        await node.CheckAsync();
        _world.Say(RolloutGuardResult.Fail("no"));
        await node.CheckAsync();
        Assert.Equal(4, node.State.Commits.Count);
        Assert.All(node.State.Commits, t => Assert.Equal("flags/staging/rollouts", Assert.Single(t.RequiredLeases).Name));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Node_ThatFreezesBeforeItsEdit_DoesNoHarmWhenItWakes(bool isHashed)
    {
        var world = new RolloutWorld(isHashed: isHashed);
        RolloutNode frozen = world.Join();
        RolloutNode next = world.Join();
        await frozen.Rollouts.StartAsync(RolloutWorld.Plan(), "ann", "why", Cancellation);
        await frozen.CheckAsync();
        world.Time.Advance(TimeSpan.FromHours(1));
        var (entered, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        frozen.Editor.Before = _ =>
        {
            entered.TrySetResult();
            return gate.Task;
        };
        Task checking = frozen.CheckAsync();
        await entered.Task;

        // The next node finishes the step, and takes it back: the flags are exactly what they were when the first froze.
        world.Time.Advance(TimeSpan.FromMinutes(2));
        await next.CheckAsync();
        Assert.Equal([5, 25], world.Percentages);
        world.Say(RolloutGuardResult.Fail("no"));
        await next.CheckAsync();
        Assert.Equal([5, 25, 5], world.Percentages);

        gate.SetResult();
        await checking;
        Assert.Equal([5, 25, 5], world.Percentages);
        Assert.Equal(RolloutState.RolledBack, (await StatusAsync(next)).State);
    }

    [Fact]
    public async Task Host_WithNothingToRollOut_WritesNothing()
    {
        RolloutNode node = _world.Join();
        await _world.PassTimeAsync(TimeSpan.FromHours(1), node);
        Assert.Equal(0, node.Crash.Writes);
    }

    private static async Task<RolloutStatus> StatusAsync(RolloutNode node) =>
        Assert.IsType<RolloutStatus>(await node.Rollouts.GetAsync(RolloutWorld.Flag, Cancellation));
}
