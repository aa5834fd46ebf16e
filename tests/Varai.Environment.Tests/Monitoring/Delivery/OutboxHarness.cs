using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Varai.Monitoring;
using Varai.Monitoring.Delivery;
using Varai.Monitoring.Notifications;
using Varai.State;

namespace Varai.Tests.Monitoring.Delivery;

/// <summary>An outbox on a clock of its own. Time goes on only while every worker waits for it, so that nothing depends on how busy the machine is.</summary>
internal sealed class OutboxHarness : INotificationObserver, IAsyncDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _stop = new();
    private readonly ScriptedChannel[] _channels;
    private readonly List<NotificationOutcome> _outcomes = [];
    private Task _running = Task.CompletedTask;

    public OutboxHarness(FakeTimeProvider time, IStateStore? state, params ScriptedChannel[] channels)
        : this(time, state, new AlertDeliveryOptions(), time, channels)
    {
    }

    public OutboxHarness(FakeTimeProvider time, IStateStore? state, AlertDeliveryOptions options, TimeProvider clock, params ScriptedChannel[] channels)
    {
        Time = time;
        State = state ?? new InMemoryStateStore(new StateOptions(), time);
        _channels = channels;
        var random = new Random(1);
        Outbox = new NotificationOutbox(
            channels, State, () => [this], () => Environment, Options.Create(options), clock,
            () =>
            {
                lock (random)
                    return random.NextDouble();
            },
            new Logger<NotificationOutbox>(new LoggerFactory([new FakeLoggerProvider(Logs)])), meters: null);
    }

    public FakeTimeProvider Time { get; }

    public string Environment { get; init; } = "production";

    public IStateStore State { get; }

    public FakeLogCollector Logs { get; } = new();

    public NotificationOutbox Outbox { get; }

    public bool HasStopped => _running.IsCompleted;

    /// <summary>Thrown to whoever tells of an outcome.</summary>
    public Func<NotificationOutcome, Exception?>? Trouble { get; set; }

    public IReadOnlyList<NotificationOutcome> Outcomes
    {
        get
        {
            lock (_outcomes)
                return [.. _outcomes];
        }
    }

    public int OutcomeCount
    {
        get
        {
            lock (_outcomes)
                return _outcomes.Count;
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public Task OnEndedAsync(NotificationOutcome outcome, CancellationToken cancellationToken)
    {
        lock (_outcomes)
            _outcomes.Add(outcome);
        return Trouble?.Invoke(outcome) is { } trouble ? Task.FromException(trouble) : Task.CompletedTask;
    }

    public void Start() => _running = Outbox.RunAsync(_stop.Token);

    public Task EnqueueAsync(string channel, AlertNotification notification) => Outbox.EnqueueAsync(channel, notification, Token);

    /// <summary>Lets time go on until something is so.</summary>
    public async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            Token.ThrowIfCancellationRequested();
            if (_running.IsFaulted)
                await _running;
            if (IsIdle)
                Time.Advance(Step);
            else
                await Task.Yield();
        }
    }

    /// <summary>Waits until every worker waits for time to pass; no time passes.</summary>
    public async Task IdleAsync()
    {
        while (!IsIdle)
            await Task.Yield();
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await UntilStoppedAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    public async Task<int> CountWaitingAsync()
    {
        int count = 0;
        await foreach (StateDocument _ in State.ListAsync($"alerts/{Environment}/outbox/waiting/", Token))
            count++;
        return count;
    }

    private bool IsIdle => Outbox.Workers.All(w => w.IsParked || _channels.Single(c => c.Name == w.Name).IsHanging);

    private async Task UntilStoppedAsync()
    {
        while (!_running.IsCompleted)
        {
            if (_channels.Any(c => c.IsHanging))
                Time.Advance(Step);
            await Task.Yield();
        }
    }
}
