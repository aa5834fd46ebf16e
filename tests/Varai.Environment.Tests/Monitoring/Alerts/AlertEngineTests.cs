using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Varai.Monitoring;
using Varai.State;
using Varai.Tests.Hosting;

namespace Varai.Tests.Monitoring.Alerts;

/// <summary>Rules in a host, on a clock of the test.</summary>
public sealed class AlertEngineTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_Breach_IsToldAfterTheNextEvaluationAndOnceWhenItEnds()
    {
        await using VaraiHost host = Create(out FakeTimeProvider time, out Dispatcher dispatcher, out _);
        await host.App.StartAsync(Token);
        await EvaluatedAsync(host, after: null);
        host.Varai.Metrics.Record("order_time", 3000);
        await AdvanceAsync(host, time);
        Alert fired = Assert.Single(await dispatcher.ReadAsync());
        Assert.Equal(("slow", 3000), (fired.Name, fired.Value));
        Assert.Equal(AlertState.Firing, host.App.Services.GetRequiredService<IAlertRules>().GetStatus()[0].State);

        // Told again after the resend delay, with an end that has moved on.
        Alert again = Assert.Single(await AdvanceUntilToldAsync(host, time, dispatcher));
        Assert.Equal(fired.StartsAt, again.StartsAt);
        Assert.True(again.EndsAt > fired.EndsAt);

        IReadOnlyList<Alert> told;
        do
            told = await AdvanceUntilToldAsync(host, time, dispatcher);
        while (told[0].StatusAt(time.GetUtcNow()) == AlertStatus.Firing);
        Assert.InRange(time.GetUtcNow() - fired.StartsAt, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(4));
        await host.App.StopAsync(Token);
        Assert.False(dispatcher.HasMore);
    }

    [Fact]
    public async Task Run_DispatcherThatHangs_DoesNotHoldUpTheEvaluation()
    {
        await using VaraiHost host = Create(out FakeTimeProvider time, out Dispatcher dispatcher, out FakeLogCollector logs);
        dispatcher.Post = async token => await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        await host.App.StartAsync(Token);
        host.Varai.Metrics.Record("order_time", 3000);
        await AdvanceAsync(host, time);
        IAlertRules rules = host.App.Services.GetRequiredService<IAlertRules>();
        await UntilAsync(() => rules.GetStatus()[0].State == AlertState.Firing);
        for (int i = 0; i < 20; i++)
            await AdvanceAsync(host, time);
        Assert.Equal(AlertState.Inactive, rules.GetStatus()[0].State);

        // It was given up by now, and said once.
        await UntilAsync(() => logs.GetSnapshot().Any(l => l.Id.Id == 1533));
        await host.App.StopAsync(Token);
    }

    [Fact]
    public async Task Run_DispatcherThatFails_IsToldAgain()
    {
        await using VaraiHost host = Create(out FakeTimeProvider time, out Dispatcher dispatcher, out FakeLogCollector logs);
        int failures = 0;
        dispatcher.Post = _ => ++failures <= 2 ? Task.FromException(new StateException("away")) : Task.CompletedTask;
        await host.App.StartAsync(Token);
        host.Varai.Metrics.Record("order_time", 3000);
        Alert fired = Assert.Single(await AdvanceUntilToldAsync(host, time, dispatcher));
        Assert.Equal("slow", fired.Name);
        await UntilAsync(() => logs.GetSnapshot().Any(l => l.Id.Id == 1534));
        Assert.Single(logs.GetSnapshot(), l => l.Id.Id == 1533);
        await host.App.StopAsync(Token);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_StoreThatFailsOrHangs_EvaluatesAndTellsAllTheSame(bool hangs)
    {
        await using VaraiHost host = Create(out FakeTimeProvider time, out Dispatcher dispatcher, out FakeLogCollector logs);
        host.Builder.Services.AddSingleton<IStateStore>(new BrokenStore(hangs));
        await host.App.StartAsync(Token);
        IAlertRules rules = host.App.Services.GetRequiredService<IAlertRules>();
        for (int i = 0; rules.GetStatus()[0].LastEvaluation is null; i++)
        {
            // The first evaluation waits for the store, but not for long.
            time.Advance(TimeSpan.FromSeconds(1));
            for (int j = 0; j < 1000 && rules.GetStatus()[0].LastEvaluation is null; j++)
                await Task.Yield();
            Assert.True(i < 10_000, "It never begins.");
        }

        host.Varai.Metrics.Record("order_time", 3000);
        Alert? fired = null;
        for (int i = 0; fired is null; i++)
        {
            host.Varai.Metrics.Record("order_time", 3000);
            await AdvanceAsync(host, time);
            fired = dispatcher.TryRead()?[0];
            Assert.True(i < 10_000, "It is never told.");
        }

        Assert.Equal("slow", fired.Name);
        await UntilAsync(() => logs.GetSnapshot().Any(l => l.Id.Id is 1533 or 1537));
        await host.App.StopAsync(Token);
    }

    [Fact]
    public async Task Run_AfterARestart_TheAlertGoesOnFiring()
    {
        await using VaraiHost first = Create(out FakeTimeProvider time, out Dispatcher dispatcher, out _);
        await first.App.StartAsync(Token);
        first.Varai.Metrics.Record("order_time", 3000);
        Alert fired = Assert.Single(await AdvanceUntilToldAsync(first, time, dispatcher));
        await first.App.StopAsync(Token);

        await using VaraiHost second = Create(out _, out Dispatcher other, out _, time, first.Folder.Root);
        await second.App.StartAsync(Token);
        Alert restored = Assert.Single(await other.ReadAsync());
        Assert.Equal(fired.Fingerprint, restored.Fingerprint);
        Assert.Equal(fired.StartsAt, restored.StartsAt);
        await second.App.StopAsync(Token);
    }

    [Fact]
    public async Task Run_WithoutADispatcher_ShowsTheAlertsAndForgetsThem()
    {
        await using VaraiHost host = Create(out FakeTimeProvider time, out _, out _, hasDispatcher: false);
        await host.App.StartAsync(Token);
        host.Varai.Metrics.Record("order_time", 3000);
        IAlertRules rules = host.App.Services.GetRequiredService<IAlertRules>();
        await AdvanceAsync(host, time);
        await UntilAsync(() => rules.GetStatus()[0].State == AlertState.Firing);
        for (int i = 0; i < 20; i++)
            await AdvanceAsync(host, time);
        Assert.Empty(rules.GetStatus()[0].Alerts);
        await host.App.StopAsync(Token);
    }

    [Theory]
    [InlineData("Interval", "00:00:00", "Varai:AlertRules:Interval is '00:00:00', but must be from 00:00:01 to 01:00:00.")]
    [InlineData("ResendDelay", "-00:01:00", "Varai:AlertRules:ResendDelay is '-00:01:00', but must be from 00:00:01 to 01:00:00.")]
    [InlineData("OutageTolerance", "2.00:00:00", "Varai:AlertRules:OutageTolerance is '2.00:00:00', but must be from 00:00:00 to 1.00:00:00.")]
    [InlineData("Instance", " ", "Varai:AlertRules:Instance is ' ', but must have 1 to 200 characters.")]
    public async Task Start_OptionOutOfRange_NamesKeyValueAndRule(string key, string value, string message)
    {
        await using VaraiHost host = Create(out _, out _, out _);
        host.Set(($"Varai:AlertRules:{key}", value));
        OptionsValidationException error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.App.StartAsync(Token));
        Assert.Equal([message], error.Failures);
    }

    private static VaraiHost Create(
        out FakeTimeProvider time, out Dispatcher dispatcher, out FakeLogCollector logs, FakeTimeProvider? clock = null, string? state = null, bool hasDispatcher = true)
    {
        var host = new VaraiHost();
        (time, dispatcher, logs) = (clock ?? new FakeTimeProvider(AlertWorld.Start), new Dispatcher(), new FakeLogCollector());
        FakeLogCollector collector = logs;
        host.Builder.Services.AddSingleton<TimeProvider>(time);
        host.Builder.Services.AddLogging(l => l.AddProvider(new FakeLoggerProvider(collector)));
        if (hasDispatcher)
            host.Builder.Services.AddSingleton<IAlertDispatcher>(dispatcher);
        host.Set(("Varai:State:Directory", Path.Combine(state ?? host.Folder.Root, "state")));
        host.Builder.AddVarai().AddAlertRule("slow", r => r.Metric("order_time").Quantile(0.99).Over(TimeSpan.FromMinutes(2)).Above(2000).Summary("{{ humanize $value }} ms"));
        return host;
    }

    /// <summary>Lets an interval pass, and waits for its evaluation.</summary>
    private static async Task AdvanceAsync(VaraiHost host, FakeTimeProvider time)
    {
        IAlertRules rules = host.App.Services.GetRequiredService<IAlertRules>();
        await UntilAsync(() => rules.GetStatus()[0].LastEvaluation is not null);
        DateTimeOffset? before = rules.GetStatus()[0].LastEvaluation;
        time.Advance(TimeSpan.FromSeconds(10));
        await EvaluatedAsync(host, before);
    }

    private static async Task<IReadOnlyList<Alert>> AdvanceUntilToldAsync(VaraiHost host, FakeTimeProvider time, Dispatcher dispatcher)
    {
        for (int i = 0; i < 30; i++)
        {
            await AdvanceAsync(host, time);
            if (dispatcher.TryRead() is { } told)
                return told;
        }

        return await dispatcher.ReadAsync();
    }

    private static Task EvaluatedAsync(VaraiHost host, DateTimeOffset? after)
    {
        IAlertRules rules = host.App.Services.GetRequiredService<IAlertRules>();
        return UntilAsync(() => rules.GetStatus()[0].LastEvaluation is { } at && at != after);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, "It did not happen.");
            await Task.Yield();
        }
    }

    private sealed class Dispatcher : IAlertDispatcher
    {
        private readonly Channel<IReadOnlyList<Alert>> _told = Channel.CreateUnbounded<IReadOnlyList<Alert>>();

        public Func<CancellationToken, Task> Post { get; set; } = _ => Task.CompletedTask;

        public bool HasMore => _told.Reader.TryPeek(out _);

        public async Task PostAsync(IReadOnlyList<Alert> alerts, CancellationToken cancellationToken = default)
        {
            await Post(cancellationToken);
            _told.Writer.TryWrite(alerts);
        }

        public async Task<IReadOnlyList<Alert>> ReadAsync() => await _told.Reader.ReadAsync(Token).AsTask().WaitAsync(Patience, Token);

        public IReadOnlyList<Alert>? TryRead() => _told.Reader.TryRead(out IReadOnlyList<Alert>? told) ? told : null;
    }

    private sealed class BrokenStore(bool hangs) : IStateStore
    {
        public IBlobStore Blobs => throw new StateException("away");

        public ILeaseStore Leases => throw new StateException("away");

        public ValueTask<long> GetRevisionAsync(CancellationToken cancellationToken) => FailAsync<long>();

        public ValueTask<StateDocument?> GetAsync(string key, CancellationToken cancellationToken) => FailAsync<StateDocument?>();

        public async IAsyncEnumerable<StateDocument> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            yield return await FailAsync<StateDocument>();
        }

        public async IAsyncEnumerable<StreamEntry> ReadStreamAsync(StreamQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            yield return await FailAsync<StreamEntry>();
        }

        public Task<StateCommit> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken) => FailAsync<StateCommit>().AsTask();

        public async IAsyncEnumerable<StateChange> WatchAsync(long afterRevision, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            yield return await FailAsync<StateChange>();
        }

        // One that hangs does not even listen to its caller.
        private ValueTask<T> FailAsync<T>() => hangs
            ? new ValueTask<T>(new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously).Task)
            : throw new StateException("away");
    }
}
