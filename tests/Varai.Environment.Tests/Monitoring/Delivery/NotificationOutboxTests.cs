using Microsoft.Extensions.Time.Testing;
using Varai.Monitoring;
using Varai.Monitoring.Delivery;
using Varai.Monitoring.Notifications;
using Varai.State;

namespace Varai.Tests.Monitoring.Delivery;

public sealed class NotificationOutboxTests
{
    private readonly FakeTimeProvider _time = new(Some.Now);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_SeveralWait_SendsThemInOrderAndKeepsNothing()
    {
        var channel = new ScriptedChannel("chat", _time);
        await using var outbox = new OutboxHarness(_time, state: null, channel);
        for (int i = 0; i < 20; i++)
            await outbox.EnqueueAsync("chat", Some.Notification($"n{i}"));
        Assert.Equal(20, await outbox.CountWaitingAsync());

        outbox.Start();
        await outbox.UntilAsync(() => outbox.OutcomeCount == 20);

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"n{i}"), channel.Accepted.Select(n => n.Id));
        Assert.Equal(0, await outbox.CountWaitingAsync());
        Assert.All(outbox.Outcomes, o => Assert.True(o is { IsSent: true, Error: null, Attempts: 1, Channel: "chat" }));
    }

    [Fact]
    public async Task Run_WhatIsKept_IsSentAsItWas()
    {
        var channel = new ScriptedChannel("chat", _time);
        AlertNotification sent = Some.Notification("n", "group") with
        {
            Reason = AlertNotificationReason.Escalation,
            TruncatedAlerts = 3,
            Alerts = [Some.Alert() with { Value = double.PositiveInfinity }, Some.Alert(Some.Now) with { Value = null, GeneratorUrl = null }],
        };
        await using var before = new OutboxHarness(_time, state: null, channel);
        await before.EnqueueAsync("chat", sent);
        await using var after = new OutboxHarness(_time, before.State, channel);
        after.Start();
        await after.UntilAsync(() => channel.AcceptedCount == 1);

        AlertNotification read = channel.Accepted[0];
        Assert.Equal(
            (sent.Id, sent.Reason, sent.Receiver, sent.GroupKey, sent.TruncatedAlerts, sent.At, sent.Environment, sent.ExternalUrl, sent.Status),
            (read.Id, read.Reason, read.Receiver, read.GroupKey, read.TruncatedAlerts, read.At, read.Environment, read.ExternalUrl, read.Status));
        Assert.Equal(sent.GroupLabels, read.GroupLabels);
        Assert.Equal(sent.Alerts.Select(a => (a.Fingerprint, a.StartsAt, a.EndsAt, a.Value, a.GeneratorUrl)), read.Alerts.Select(a => (a.Fingerprint, a.StartsAt, a.EndsAt, a.Value, a.GeneratorUrl)));
        Assert.Equal(sent.Alerts[0].Annotations, read.Alerts[0].Annotations);
    }

    [Fact]
    public async Task Enqueue_OneOfTheGroupWaits_TakesItsPlace()
    {
        var channel = new ScriptedChannel("chat", _time);
        await using var outbox = new OutboxHarness(_time, state: null, channel);
        await outbox.EnqueueAsync("chat", Some.Notification("old", "group"));
        await outbox.EnqueueAsync("chat", Some.Notification("other"));
        await outbox.EnqueueAsync("chat", Some.Notification("new", "group"));

        outbox.Start();
        await outbox.UntilAsync(() => outbox.OutcomeCount == 2);

        Assert.Equal(["new", "other"], channel.Accepted.Select(n => n.Id));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public async Task Enqueue_AnEscalationAndTheEnd_SendsBothInOrder(int failures)
    {
        int failed = 0;
        var channel = new ScriptedChannel("chat", _time)
        {
            Answer = n => n.Id == "escalation" && failed++ < failures ? new AlertChannelException("away", isTransient: true) : null,
        };
        await using var outbox = new OutboxHarness(_time, state: null, channel);
        AlertNotification escalation = Some.Notification("escalation", "group") with { Reason = AlertNotificationReason.Escalation };
        await outbox.EnqueueAsync("chat", Some.Notification("begin", "group"));
        await outbox.EnqueueAsync("chat", escalation);
        await outbox.EnqueueAsync("chat", Some.Notification("end", "group", AlertStatus.Resolved));
        await outbox.EnqueueAsync("chat", Some.Notification("ended", "other", AlertStatus.Resolved));
        await outbox.EnqueueAsync("chat", escalation with { Id = "late", GroupKey = "other" });
        outbox.Start();
        await outbox.UntilAsync(() => outbox.OutcomeCount == 4);

        string[] accepted = [.. channel.Accepted.Select(n => n.Id)];
        Assert.Equal(["escalation", "end"], accepted.Where(id => id is "escalation" or "end" or "begin"));
        Assert.Equal(["ended", "late"], accepted.Where(id => id is "ended" or "late"));
        Assert.Equal(0, await outbox.CountWaitingAsync());
    }

    [Fact]
    public async Task Run_TwoEnvironmentsOnOneStore_SendWhatIsTheirs()
    {
        var production = new ScriptedChannel("chat", _time);
        var staging = new ScriptedChannel("chat", _time);
        await using var outbox = new OutboxHarness(_time, state: null, production);
        await using var other = new OutboxHarness(_time, outbox.State, staging) { Environment = "staging" };
        await outbox.EnqueueAsync("chat", Some.Notification("p", "group"));
        await other.EnqueueAsync("chat", Some.Notification("s", "group"));
        outbox.Start();
        await outbox.UntilAsync(() => _time.GetUtcNow() - Some.Now > TimeSpan.FromMinutes(2));
        Assert.Equal((0, 1), (await outbox.CountWaitingAsync(), await other.CountWaitingAsync()));
        other.Start();
        await other.UntilAsync(() => other.OutcomeCount == 1);

        Assert.Equal(["p"], production.Accepted.Select(n => n.Id));
        Assert.Equal(["s"], staging.Accepted.Select(n => n.Id));
        Assert.Single(outbox.Outcomes);
    }

    [Fact]
    public async Task Enqueue_TheSameIdAgain_IsTakenOnce()
    {
        var channel = new ScriptedChannel("chat", _time);
        await using var outbox = new OutboxHarness(_time, state: null, channel);
        outbox.Start();
        await outbox.EnqueueAsync("chat", Some.Notification("a", "group"));
        await outbox.UntilAsync(() => outbox.OutcomeCount == 1);
        await outbox.EnqueueAsync("chat", Some.Notification("a", "group"));
        await outbox.EnqueueAsync("chat", Some.Notification("b", "group"));
        await outbox.UntilAsync(() => outbox.OutcomeCount == 2);
        await using var later = new OutboxHarness(_time, outbox.State, new ScriptedChannel("chat", _time));
        await later.EnqueueAsync("chat", Some.Notification("a", "group"));

        Assert.Equal(["a", "b"], channel.Accepted.Select(n => n.Id));
        Assert.Equal(0, await later.CountWaitingAsync());
    }

    [Fact]
    public async Task Enqueue_WhileTheOlderOneIsOnItsWay_SendsBoth()
    {
        var channel = new ScriptedChannel("chat", _time);
        var arrive = new TaskCompletionSource();
        channel.Deaf = arrive.Task;
        await using var outbox = new OutboxHarness(_time, state: null, channel);
        outbox.Start();
        await outbox.EnqueueAsync("chat", Some.Notification("old", "group"));
        await outbox.UntilAsync(() => channel.IsHanging);
        await outbox.EnqueueAsync("chat", Some.Notification("new", "group"));
        channel.Deaf = null;
        arrive.SetResult();
        await outbox.UntilAsync(() => outbox.OutcomeCount == 2);

        Assert.Equal(["old", "new"], channel.Accepted.Select(n => n.Id));
        Assert.Equal(0, await outbox.CountWaitingAsync());
    }

    [Fact]
    public async Task Run_TheServiceAsksToWait_WaitsAlsoAfterARestart()
    {
        var channel = new ScriptedChannel("chat", _time) { Answer = _ => new AlertChannelException("busy", isTransient: true, TimeSpan.FromMinutes(7)) };
        var outbox = new OutboxHarness(_time, state: null, channel);
        await outbox.EnqueueAsync("chat", Some.Notification("n"));
        outbox.Start();
        await outbox.UntilAsync(() => channel.CallCount == 1 && outbox.Outbox.Workers.Single().IsParked);
        await outbox.StopAsync();
        channel.Answer = static _ => null;
        await using var after = new OutboxHarness(_time, outbox.State, channel);
        after.Start();
        await after.UntilAsync(() => channel.AcceptedCount == 1);

        Assert.InRange(channel.Calls[1] - channel.Calls[0], TimeSpan.FromMinutes(7), TimeSpan.FromMinutes(8));
        await outbox.DisposeAsync();
    }

    [Fact]
    public async Task Run_TheServiceAskedToWait_HoldsForAllOfTheChannelAfterARestart()
    {
        int calls = 0;
        var channel = new ScriptedChannel("chat", _time)
        {
            Answer = _ => new AlertChannelException("busy", isTransient: true, ++calls == 3 ? TimeSpan.FromMinutes(7) : null),
        };
        var outbox = new OutboxHarness(_time, state: null, channel);
        await outbox.EnqueueAsync("chat", Some.Notification("asked"));
        await outbox.EnqueueAsync("chat", Some.Notification("next"));
        outbox.Start();
        await outbox.UntilAsync(() => channel.CallCount == 3 && outbox.Outbox.Workers.Single().IsParked);
        await outbox.StopAsync();
        channel.Answer = static _ => null;
        await using var after = new OutboxHarness(_time, outbox.State, channel);
        after.Start();
        await after.UntilAsync(() => channel.AcceptedCount == 2);

        Assert.Equal(["next", "asked"], channel.Accepted.Select(n => n.Id));
        Assert.InRange(channel.Calls[3] - channel.Calls[2], TimeSpan.FromMinutes(7), TimeSpan.FromMinutes(8));
        await outbox.DisposeAsync();
    }

    [Fact]
    public async Task Run_GivenUpWhileTheChannelIsWell_NamesNoErrorOfBefore()
    {
        int calls = 0;
        var channel = new ScriptedChannel("chat", _time, new AlertRateLimit(1, TimeSpan.FromSeconds(45)))
        {
            Answer = _ => ++calls == 1 ? new AlertChannelException("away", isTransient: true) : null,
        };
        await using var outbox = new OutboxHarness(_time, state: null, new AlertDeliveryOptions { GiveUpAfter = TimeSpan.FromMinutes(1) }, _time, channel);
        outbox.Start();
        await outbox.EnqueueAsync("chat", Some.Notification("a"));
        await outbox.UntilAsync(() => outbox.OutcomeCount == 1);
        await outbox.EnqueueAsync("chat", Some.Notification("b"));
        await outbox.EnqueueAsync("chat", Some.Notification("c"));
        await outbox.UntilAsync(() => outbox.OutcomeCount == 3);

        Assert.Equal([("a", true, null), ("b", true, null), ("c", false, "It was not attempted in time.")], outbox.Outcomes.Select(o => (o.Notification.Id, o.IsSent, o.Error)));
    }

    [Fact]
    public async Task Run_APermanentError_EndsAtOnceAndTheNextGoesOn()
    {
        var channel = new ScriptedChannel("chat", _time) { Answer = n => n.Id == "bad" ? new AlertChannelException("no such room", isTransient: false) : null };
        await using var outbox = new OutboxHarness(_time, state: null, channel);
        await outbox.EnqueueAsync("chat", Some.Notification("bad"));
        await outbox.EnqueueAsync("chat", Some.Notification("good"));
        outbox.Start();
        await outbox.UntilAsync(() => outbox.OutcomeCount == 2);

        Assert.Equal(("bad", false, 1, "no such room"), (outbox.Outcomes[0].Notification.Id, outbox.Outcomes[0].IsSent, outbox.Outcomes[0].Attempts, outbox.Outcomes[0].Error));
        Assert.True(outbox.Outcomes[1].IsSent);
        Assert.Contains(outbox.Logs.GetSnapshot(), r => r.Id.Id == 1562 && r.Message.Contains("no such room", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_OneThatCannotBeSent_LetsTheOthersGoFirstAndIsGivenUp()
    {
        var asked = new List<string>();
        var channel = new ScriptedChannel("chat", _time)
        {
            Answer = n =>
            {
                asked.Add(n.Id);
                return n.Id == "poison" ? new InvalidOperationException("s3cr3t") : null;
            },
        };
        await using var outbox = new OutboxHarness(_time, state: null, channel);
        await outbox.EnqueueAsync("chat", Some.Notification("poison"));
        for (int i = 0; i < 5; i++)
            await outbox.EnqueueAsync("chat", Some.Notification($"n{i}"));
        outbox.Start();
        await outbox.UntilAsync(() => outbox.OutcomeCount == 6);
        await outbox.IdleAsync();

        Assert.Equal(["poison", "poison", "poison", "n0", "n1", "n2", "n3", "n4", "poison"], asked.Take(9));
        NotificationOutcome given = outbox.Outcomes[^1];
        Assert.Equal(("poison", false), (given.Notification.Id, given.IsSent));
        Assert.Equal("The channel failed with InvalidOperationException.", given.Error);
        Assert.InRange(_time.GetUtcNow() - Some.Now, TimeSpan.FromHours(2), TimeSpan.FromHours(2.1));
        Assert.DoesNotContain(outbox.Logs.GetSnapshot(), r => r.Message.Contains("s3cr3t", StringComparison.Ordinal));
        Assert.Equal(0, await outbox.CountWaitingAsync());
    }

    [Fact]
    public async Task Run_AnObserverThatThrows_HoldsNothingUp()
    {
        var channel = new ScriptedChannel("chat", _time);
        await using var outbox = new OutboxHarness(_time, state: null, channel) { Trouble = _ => new InvalidOperationException() };
        await outbox.EnqueueAsync("chat", Some.Notification("a"));
        await outbox.EnqueueAsync("chat", Some.Notification("b"));
        outbox.Start();
        await outbox.UntilAsync(() => channel.AcceptedCount == 2);
        await outbox.UntilAsync(() => outbox.OutcomeCount == 2);

        Assert.Contains(outbox.Logs.GetSnapshot(), r => r.Id.Id == 1563);
    }

    [Fact]
    public async Task Run_ThatOneWasGivenUpCannotBeTold_IsToldLaterAndHoldsNothingUp()
    {
        var channel = new ScriptedChannel("chat", _time) { Answer = n => n.Id == "bad" ? new AlertChannelException("no such room", isTransient: false) : null };
        var outbox = new OutboxHarness(_time, state: null, channel) { Trouble = o => o.IsSent ? null : new InvalidOperationException() };
        await outbox.EnqueueAsync("chat", Some.Notification("bad"));
        await outbox.EnqueueAsync("chat", Some.Notification("good"));
        outbox.Start();
        await outbox.UntilAsync(() => outbox.OutcomeCount == 5);
        await outbox.IdleAsync();
        Assert.Equal(["good"], outbox.Outcomes.Where(o => o.IsSent).Select(o => o.Notification.Id));
        Assert.Equal(2, channel.Calls.Count);
        Assert.Equal(1, await outbox.CountWaitingAsync());
        Assert.True(_time.GetUtcNow() - Some.Now >= TimeSpan.FromSeconds(30));
        Assert.Single(outbox.Logs.GetSnapshot(), r => r.Id.Id == 1562);
        Assert.Single(outbox.Logs.GetSnapshot(), r => r.Id.Id == 1563);

        // The next of the group has all its time, whatever became of the one before.
        _time.Advance(TimeSpan.FromHours(3));
        await outbox.EnqueueAsync("chat", Some.Notification("again", "bad"));
        await outbox.UntilAsync(() => channel.AcceptedCount == 2);
        await outbox.IdleAsync();
        int before = outbox.OutcomeCount;
        outbox.Trouble = null;
        await outbox.UntilAsync(() => outbox.OutcomeCount > before);
        await outbox.IdleAsync();
        Assert.Equal(0, await outbox.CountWaitingAsync());
        await outbox.DisposeAsync();
    }

    [Fact]
    public async Task Run_ThatOneWasGivenUpCannotBeTold_IsToldAfterARestart()
    {
        var channel = new ScriptedChannel("chat", _time) { Answer = _ => new AlertChannelException("no such room", isTransient: false) };
        var outbox = new OutboxHarness(_time, state: null, channel) { Trouble = _ => new InvalidOperationException() };
        await outbox.EnqueueAsync("chat", Some.Notification("bad"));
        outbox.Start();
        await outbox.UntilAsync(() => outbox.OutcomeCount == 1);
        await outbox.StopAsync();
        await using var after = new OutboxHarness(_time, outbox.State, channel);
        after.Start();
        await after.UntilAsync(() => after.OutcomeCount == 1);
        await after.IdleAsync();

        Assert.Equal(("bad", false), (after.Outcomes[0].Notification.Id, after.Outcomes[0].IsSent));
        Assert.Equal(0, await after.CountWaitingAsync());
        await outbox.DisposeAsync();
    }

    [Fact]
    public async Task Run_AChannelThatHangs_KeepsNobodyElseWaiting()
    {
        var hanging = new ScriptedChannel("hook", _time) { Hangs = static _ => true };
        var quick = new ScriptedChannel("chat", _time);
        await using var outbox = new OutboxHarness(_time, state: null, hanging, quick);
        outbox.Start();
        for (int i = 0; i < 10; i++)
        {
            await outbox.EnqueueAsync("hook", Some.Notification($"h{i}"));
            await outbox.EnqueueAsync("chat", Some.Notification($"c{i}"));
        }

        await outbox.UntilAsync(() => quick.AcceptedCount == 10);
        Assert.True(_time.GetUtcNow() - Some.Now < TimeSpan.FromSeconds(30));
        await outbox.UntilAsync(() => hanging.CallCount >= 3);
        Assert.Equal("It took longer than 00:00:30.", outbox.Outbox.GetStatuses()[1].LastError);
        Assert.Equal(0, hanging.Overlaps);
        hanging.Hangs = static _ => false;
        await outbox.UntilAsync(() => hanging.AcceptedCount == 10);
    }

    [Fact]
    public async Task Run_AChannelThatIsDeafAndThenAccepts_IsNotAskedTwice()
    {
        var channel = new ScriptedChannel("hook", _time);
        var arrive = new TaskCompletionSource();
        channel.Deaf = arrive.Task;
        await using var outbox = new OutboxHarness(_time, state: null, channel);
        outbox.Start();
        await outbox.EnqueueAsync("hook", Some.Notification("n"));
        await outbox.UntilAsync(() => outbox.Outbox.GetStatuses()[0].FailuresInARow == 1);
        await outbox.UntilAsync(() => _time.GetUtcNow() - Some.Now > TimeSpan.FromMinutes(5));
        Assert.Single(channel.Calls);

        channel.Deaf = null;
        arrive.SetResult();
        await outbox.UntilAsync(() => outbox.OutcomeCount == 1);
        Assert.True(outbox.Outcomes[0].IsSent);
        Assert.Single(channel.Calls);
        Assert.Equal(0, await outbox.CountWaitingAsync());
    }

    [Fact]
    public async Task Run_Cancelled_StopsWhileAChannelHangsAndKeepsWhatWaits()
    {
        var channel = new ScriptedChannel("hook", _time) { Hangs = static _ => true };
        var outbox = new OutboxHarness(_time, state: null, channel);
        outbox.Start();
        await outbox.EnqueueAsync("hook", Some.Notification("n"));
        await outbox.UntilAsync(() => channel.IsHanging);
        await outbox.StopAsync();

        Assert.True(outbox.HasStopped);
        Assert.Equal(1, await outbox.CountWaitingAsync());
        Assert.Empty(outbox.Outcomes);
        await outbox.DisposeAsync();
    }

    [Fact]
    public async Task Run_TheClockIsSetBack_GoesOn()
    {
        var channel = new ScriptedChannel("chat", _time) { Answer = _ => new AlertChannelException("away", isTransient: true) };
        var clock = new ShiftedTime(_time);
        await using var outbox = new OutboxHarness(_time, state: null, new AlertDeliveryOptions(), clock, channel);
        outbox.Start();
        await outbox.EnqueueAsync("chat", Some.Notification("n"));
        await outbox.UntilAsync(() => channel.CallCount == 2);
        await outbox.IdleAsync();
        clock.Offset = TimeSpan.FromDays(-3);
        channel.Answer = static _ => null;
        await outbox.UntilAsync(() => channel.AcceptedCount == 1);

        Assert.True(_time.GetUtcNow() - Some.Now < TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Run_WhatAnotherNodeHasPutThere_IsSent()
    {
        var channel = new ScriptedChannel("chat", _time);
        await using var outbox = new OutboxHarness(_time, state: null, channel);
        await using var other = new OutboxHarness(_time, outbox.State, new ScriptedChannel("chat", _time));
        outbox.Start();
        await outbox.IdleAsync();
        await other.EnqueueAsync("chat", Some.Notification("n"));
        await outbox.UntilAsync(() => channel.AcceptedCount == 1);

        Assert.InRange(_time.GetUtcNow() - Some.Now, TimeSpan.Zero, TimeSpan.FromSeconds(31));
    }

    [Fact]
    public async Task Run_WhatAnotherNodeHasSentMeanwhile_IsNotSentAgain()
    {
        var channel = new ScriptedChannel("chat", _time) { Answer = _ => new AlertChannelException("away", isTransient: true) };
        await using var outbox = new OutboxHarness(_time, state: null, channel);
        outbox.Start();
        await outbox.EnqueueAsync("chat", Some.Notification("n"));
        await outbox.UntilAsync(() => channel.CallCount == 1);
        await outbox.IdleAsync();
        StateDocument waiting = (await ReadAsync(outbox.State)).Single();
        await outbox.State.CommitAsync(new StateTransaction().Delete(waiting.Key), Token);
        await outbox.UntilAsync(() => _time.GetUtcNow() - Some.Now > TimeSpan.FromMinutes(2));

        Assert.Single(channel.Calls);
        Assert.Equal(0, outbox.Outbox.GetStatuses()[0].Waiting);
    }

    [Fact]
    public async Task Run_ADocumentThatCannotBeRead_IsToldOnceAndLeft()
    {
        var channel = new ScriptedChannel("chat", _time);
        await using var outbox = new OutboxHarness(_time, state: null, channel);
        await outbox.State.CommitAsync(new StateTransaction().Put("alerts/production/outbox/waiting/x/y", "{"u8.ToArray()), Token);
        await outbox.EnqueueAsync("chat", Some.Notification("n"));
        outbox.Start();
        await outbox.UntilAsync(() => _time.GetUtcNow() - Some.Now > TimeSpan.FromMinutes(2));

        Assert.Single(channel.Accepted);
        Assert.Single(outbox.Logs.GetSnapshot(), r => r.Id.Id == 1566);
        Assert.Equal(1, await outbox.CountWaitingAsync());
    }

    [Fact]
    public async Task Run_WhatWaitsForAChannelThatIsGone_IsGivenUpInTheEnd()
    {
        await using var before = new OutboxHarness(_time, state: null, new ScriptedChannel("old", _time));
        await before.EnqueueAsync("old", Some.Notification("n"));
        await using var outbox = new OutboxHarness(_time, before.State, new ScriptedChannel("chat", _time));
        outbox.Start();
        await outbox.UntilAsync(() => outbox.OutcomeCount == 1);

        Assert.Equal(("old", false), (outbox.Outcomes[0].Channel, outbox.Outcomes[0].IsSent));
        Assert.True(_time.GetUtcNow() - Some.Now >= TimeSpan.FromHours(2));
        await outbox.UntilAsync(() => outbox.Logs.GetSnapshot().Any(r => r.Id.Id == 1567));
    }

    [Fact]
    public async Task Run_IdsThatAreOld_AreForgotten()
    {
        await using var outbox = new OutboxHarness(_time, state: null, new ScriptedChannel("chat", _time));
        await outbox.EnqueueAsync("chat", Some.Notification("n"));
        _time.Advance(TimeSpan.FromDays(8));
        outbox.Start();
        await outbox.UntilAsync(() => outbox.State.GetRevisionAsync(Token).AsTask() is { IsCompletedSuccessfully: true } && TakenCount(outbox.State) == 0);

        static int TakenCount(IStateStore state) => state.ListAsync("alerts/production/outbox/taken/", Token).ToBlockingEnumerable(Token).Count();
    }

    [Fact]
    public async Task Test_AChannelThatWorksAndOneThatDoesNot_TellsWhatCameOfIt()
    {
        var good = new ScriptedChannel("good", _time);
        var bad = new ScriptedChannel("bad", _time) { Answer = _ => new AlertChannelException("wrong key", isTransient: false) };
        await using var outbox = new OutboxHarness(_time, state: null, good, bad);

        AlertChannelTestResult sent = await outbox.Outbox.TestAsync("good", Token);
        AlertChannelTestResult refused = await outbox.Outbox.TestAsync("bad", Token);

        Assert.Equal(new AlertChannelTestResult("good", IsSent: true, TimeSpan.Zero, Error: null), sent);
        Assert.Equal(new AlertChannelTestResult("bad", IsSent: false, TimeSpan.Zero, "wrong key"), refused);
        Assert.Equal((AlertNotificationReason.Test, "production"), (good.Accepted[0].Reason, good.Accepted[0].Environment));
        Assert.Equal([("bad", false, "wrong key"), ("good", true, null)], outbox.Outbox.GetStatuses().Select(s => (s.Channel, s.IsHealthy, s.LastError)));
        Assert.Equal(0, await outbox.CountWaitingAsync());
    }

    [Fact]
    public async Task Test_WhileAnAttemptHangs_EndsWithinTheTimeLimit()
    {
        var channel = new ScriptedChannel("hook", _time);
        var never = new TaskCompletionSource();
        channel.Deaf = never.Task;
        await using var outbox = new OutboxHarness(_time, state: null, channel);
        outbox.Start();
        await outbox.EnqueueAsync("hook", Some.Notification("n"));
        await outbox.UntilAsync(() => channel.IsHanging);
        Task<AlertChannelTestResult> testing = outbox.Outbox.TestAsync("hook", Token);
        await outbox.UntilAsync(() => testing.IsCompleted);

        Assert.Equal("An earlier attempt has not ended within 00:00:30.", (await testing).Error);
        never.SetResult();
    }

    [Fact]
    public async Task Channels_UnknownOrTwice_AreRefused()
    {
        await using var outbox = new OutboxHarness(_time, state: null, new ScriptedChannel("chat", _time));
        Assert.Equal(["chat"], outbox.Outbox.Channels);
        ArgumentException unknown = await Assert.ThrowsAsync<ArgumentException>(() => outbox.EnqueueAsync("chatt", Some.Notification("n")));
        Assert.StartsWith("There is no alert channel 'chatt'. Those that were added: chat.", unknown.Message, StringComparison.Ordinal);
        InvalidOperationException twice = Assert.Throws<InvalidOperationException>(
            () => new OutboxHarness(_time, state: null, new ScriptedChannel("chat", _time), new ScriptedChannel("chat", _time)));
        Assert.Equal("Two alert channels are named 'chat'. Give each a name of its own.", twice.Message);
    }

    private static async Task<List<StateDocument>> ReadAsync(IStateStore state)
    {
        var documents = new List<StateDocument>();
        await foreach (StateDocument document in state.ListAsync("alerts/production/outbox/waiting/", Token))
            documents.Add(document);
        return documents;
    }

    private sealed class ShiftedTime(TimeProvider inner) : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override long TimestampFrequency => inner.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + Offset;

        public override long GetTimestamp() => inner.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => inner.CreateTimer(callback, state, dueTime, period);
    }
}
