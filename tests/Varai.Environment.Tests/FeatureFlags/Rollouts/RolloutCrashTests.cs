using CsCheck;
using Varai.FeatureFlags;
using Varai.State;
using Varai.Tests.State;

namespace Varai.Tests.FeatureFlags.Rollouts;

/// <summary>Nodes that die at any of their writes: what the flag goes through is the same as if nothing had happened.</summary>
public sealed class RolloutCrashTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static readonly Gen<RolloutPlan> GenPlan =
        from percentages in Gen.Int[1, 1000].HashSet[1, 4]
        from hours in Gen.Int[0, 30].Array[4]
        from hasGuard in Gen.Frequency((4, Gen.Const(true)), (1, Gen.Const(false)))
        from isDown in Gen.Bool
        from settle in Gen.Int[0, 3]
        let sorted = isDown ? percentages.OrderDescending() : percentages.Order()
        select sorted.Select((tenths, i) => (tenths, i)).Aggregate(
            new RolloutPlan(RolloutWorld.Flag) { Guard = hasGuard ? "errors" : null, Settle = TimeSpan.FromHours(settle) },
            (plan, step) => plan.Step(
                step.tenths / 10.0, plan.Steps.Count == 0 ? TimeSpan.FromHours(hours[0]) : plan.Steps[^1].After + TimeSpan.FromHours(1 + hours[step.i])));

    private static readonly Gen<(Act Kind, int Value)> GenAct = Gen.Select(
        Gen.Frequency(
            (8, Gen.Const(Act.Time)), (3, Gen.Const(Act.Crash)), (2, Gen.Const(Act.Guard)), (1, Gen.Const(Act.Clock)),
            (1, Gen.Const(Act.Pause)), (1, Gen.Const(Act.Resume)), (1, Gen.Const(Act.Kill)), (1, Gen.Const(Act.Other))),
        Gen.Int[0, 1000]);

    private enum Act
    {
        Time,
        Crash,
        Guard,
        Clock,
        Pause,
        Resume,
        Kill,
        Other,
    }

    [Theory]
    [InlineData("complete")]
    [InlineData("roll back")]
    [InlineData("restore")]
    public async Task Rollout_WhoseNodeDiesAtAnyWrite_EndsTheSame(string story)
    {
        int cuts = 0;
        for (int at = 1; ; at++)
        {
            bool hasDied = false;
            foreach (bool isAfter in new[] { false, true })
            {
                var world = new RolloutWorld();
                Hurry(world);
                hasDied |= await TellAsync(world, story, at, isAfter);
            }

            if (!hasDied)
                break;
            cuts += 2;
        }

        // The lease, the intent, the edit and the end of each change at least.
        Assert.InRange(cuts, 12, 100_000);
    }

    [Fact]
    public async Task Rollout_OnDisk_GoesOnAfterADeath()
    {
        using var folder = new StateFolder();
        var world = new RolloutWorld();
        Hurry(world);
        using (SqliteStateStore store = folder.Open(world.Time, new StateOptions()))
        {
            world.State = store;
            RolloutNode node = world.Join();
            node.Crash.At = 5;
            await node.Rollouts.StartAsync(RolloutWorld.Plan(), "ann", "why", Cancellation);
            await CheckAsync(node);
            Assert.True(node.Crash.IsDead);
            Assert.Equal([5], world.Percentages);
        }

        using (SqliteStateStore store = folder.Open(world.Time, new StateOptions()))
        {
            world.State = store;
            await world.PassTimeAsync(TimeSpan.FromDays(2), world.Join());
            Assert.Equal([5, 25, 100], world.Percentages);
            Assert.Equal(RolloutState.Completed, (await world.Join().Rollouts.GetAsync(RolloutWorld.Flag, Cancellation))!.State);
        }
    }

    [Fact]
    public Task Rollout_WhateverHappens_TakesItsStepsInOrderAndAtMostOneBack() => Gen.Select(GenPlan, GenAct.List[1, 25], Gen.Bool).SampleAsync(
        async (plan, acts, isHashed) =>
        {
            var world = new RolloutWorld(isHashed: isHashed);
            Hurry(world);
            RolloutNode client = world.Join();
            RolloutNode node = world.Join();
            await client.Rollouts.StartAsync(plan, "ann", "why", Cancellation);
            bool isOther = false;
            foreach ((Act kind, int value) in acts)
            {
                switch (kind)
                {
                    case Act.Time:
                        world.Time.Advance(TimeSpan.FromMinutes(value));
                        break;
                    case Act.Crash:
                        node.Crash.At = node.Crash.Writes + 1 + (value % 7);
                        node.Crash.IsAfter = value % 2 == 0;
                        break;
                    case Act.Guard:
                        Answer(world, value % 10);
                        break;
                    case Act.Clock:
                        world.Time.AdjustTime(world.Time.GetUtcNow() + TimeSpan.FromMinutes(value - 500));
                        break;
                    case Act.Pause when !await HasEndedAsync(client):
                        await client.Rollouts.PauseAsync(RolloutWorld.Flag, "ann", "wait", Cancellation);
                        break;
                    case Act.Resume when !await HasEndedAsync(client):
                        await client.Rollouts.ResumeAsync(RolloutWorld.Flag, "ann", "go", Cancellation);
                        break;
                    case Act.Kill:
                        Kill(world, value % 2 == 0);
                        break;
                    case Act.Other:
                        isOther = !isOther;
                        world.Flags.Write("other", isOther ? "false" : "true");
                        break;
                }

                await CheckAsync(node);
                if (node.Crash.IsDead)
                    node = world.Join();
                AssertInOrder(plan, world, await StatusAsync(client));
            }

            // In the end there is a good node, and all is well.
            RolloutNode last = world.Join();
            Kill(world, isKilled: false);
            Answer(world, 0);
            if ((await StatusAsync(client)).State == RolloutState.Paused)
                await client.Rollouts.ResumeAsync(RolloutWorld.Flag, "ann", "go", Cancellation);
            for (int i = 0; i < 50 && !await HasEndedAsync(client); i++)
            {
                world.Time.Advance(TimeSpan.FromHours(32));
                await CheckAsync(last);
            }

            RolloutStatus status = await StatusAsync(client);
            AssertInOrder(plan, world, status);
            Assert.True(status.HasEnded);
            if (status.State == RolloutState.Completed)
                Assert.Equal(plan.Steps.Select(s => (double?)s.Percentage), world.Percentages);
            else
                Assert.Equal(RolloutState.RolledBack, status.State);
            Assert.Equal(status.Percentage, RolloutFlagOf(world).Percentage);
        }, iter: 400);

    private static void Hurry(RolloutWorld world)
    {
        world.Options.CheckInterval = TimeSpan.FromMinutes(30);
        world.Options.LeaseDuration = TimeSpan.FromHours(1);
    }

    private static async Task<bool> TellAsync(RolloutWorld world, string story, int at, bool isAfter)
    {
        RolloutNode client = world.Join();
        await client.Rollouts.StartAsync(RolloutWorld.Plan(), "ann", "why", Cancellation);
        RolloutNode node = world.Join();
        (node.Crash.At, node.Crash.IsAfter) = (at, isAfter);
        bool hasDied = false;
        for (int i = 0; i < 300 && !await HasEndedAsync(client); i++)
        {
            await CheckAsync(node);
            if (node.Crash.IsDead)
            {
                hasDied = true;
                node = world.Join();
            }

            if (i == 20 && story == "roll back")
                world.Say(RolloutGuardResult.Fail("no"));
            if (i == 20 && story == "restore")
                await client.Rollouts.AbortAsync(RolloutWorld.Flag, RolloutAbortMode.Restore, "ann", "enough", Cancellation);
            world.Time.Advance(world.Options.CheckInterval);
        }

        RolloutStatus status = await StatusAsync(client);
        double?[] expected = story switch
        {
            "complete" => [5, 25, 100],
            "roll back" => [5, 25, 5],
            _ => [5, 25, null],
        };
        Assert.Equal(expected, world.Percentages);
        Assert.Equal(expected[^1], status.Percentage);
        Assert.Equal(
            story switch { "complete" => RolloutState.Completed, "roll back" => RolloutState.RolledBack, _ => RolloutState.Aborted }, status.State);
        Assert.Equal(story == "complete" ? 3 : 2, status.History.Count(e => e.Kind == RolloutEventKind.Stepped));
        Assert.Empty((await client.Store.GetIndexAsync(Cancellation)).Index.Active);
        return hasDied;
    }

    private static void AssertInOrder(RolloutPlan plan, RolloutWorld world, RolloutStatus status)
    {
        double?[] seen = [.. world.Percentages];
        double?[] steps = [.. plan.Steps.Select(s => (double?)s.Percentage)];
        int taken = seen.Zip(steps).TakeWhile(p => p.First == p.Second).Count();
        if (taken < seen.Length)
        {
            Assert.Equal(taken + 1, seen.Length);
            Assert.Equal(taken == 1 ? null : steps[taken - 2], seen[^1]);
            Assert.NotEqual(RolloutState.Completed, status.State);
        }
    }

    private static void Answer(RolloutWorld world, int which) => world.Answer = which switch
    {
        < 5 => (_, _) => ValueTask.FromResult(RolloutGuardResult.Pass),
        < 7 => (_, _) => ValueTask.FromResult(RolloutGuardResult.Unknown("few requests")),
        < 9 => (_, _) => throw new TimeoutException(),
        _ => (_, _) => ValueTask.FromResult(RolloutGuardResult.Fail("no")),
    };

    private static void Kill(RolloutWorld world, bool isKilled)
    {
        string json = world.Flags.Json(RolloutWorld.Flag).Replace(""","kill_switch":true""", "", StringComparison.Ordinal);
        if (json[0] == '{')
            world.Flags.Write(RolloutWorld.Flag, isKilled ? json[..^1] + ""","kill_switch":true}""" : json);
    }

    private static Varai.FeatureFlags.Rollouts.RolloutReading RolloutFlagOf(RolloutWorld world) =>
        Varai.FeatureFlags.Rollouts.RolloutFlag.Read(world.Flags.Find(RolloutWorld.Flag)!);

    private static async Task CheckAsync(RolloutNode node)
    {
        try
        {
            await node.CheckAsync();
        }
        catch (InvalidOperationException) when (node.Crash.IsDead)
        {
            // As intended.
        }
    }

    private static async Task<RolloutStatus> StatusAsync(RolloutNode node) =>
        Assert.IsType<RolloutStatus>(await node.Rollouts.GetAsync(RolloutWorld.Flag, Cancellation));

    private static async Task<bool> HasEndedAsync(RolloutNode node) => (await StatusAsync(node)).HasEnded;
}
