using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Varai.Monitoring.Notifications;
using Varai.State;

namespace Varai.Monitoring.Delivery;

/// <summary>Keeps notifications in the state store until their channel has accepted them.</summary>
internal sealed class NotificationOutbox : INotificationOutbox, IAlertChannels
{
    /// <summary>How often the store is asked for what others have put there.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan ForgetInterval = TimeSpan.FromHours(1);

    private readonly SortedDictionary<string, ChannelWorker> _workers = new(StringComparer.Ordinal);
    private readonly ChannelWorkerParts _parts;
    private readonly Func<string> _environment;
    private readonly HashSet<string> _strangers = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Key, string Id), OutcomeTelling> _strangersEnded = [];
    private int _isRunning;

    /// <param name="channels">The channels.</param>
    /// <param name="state">Where what waits is kept.</param>
    /// <param name="observers">Asked for when there is something to tell.</param>
    /// <param name="environment">The environment's name, asked for when it is needed.</param>
    /// <param name="options">The options.</param>
    /// <param name="time">The clock.</param>
    /// <param name="jitter">Spreads retries: numbers from 0 to 1.</param>
    /// <param name="logger">The logger.</param>
    /// <param name="meters">The host's; null to measure nothing.</param>
    /// <exception cref="InvalidOperationException">Two channels have one name, or one has none.</exception>
    public NotificationOutbox(
        IEnumerable<IAlertChannel> channels,
        IStateStore state,
        Func<IEnumerable<INotificationObserver>> observers,
        Func<string> environment,
        IOptions<AlertDeliveryOptions> options,
        TimeProvider time,
        Func<double> jitter,
        ILogger<NotificationOutbox> logger,
        IMeterFactory? meters)
    {
        var guarded = new GuardedLogger(logger);
        _environment = environment;
        _parts = new ChannelWorkerParts(
            state,
            new OutboxStore(state, environment, time, guarded),
            new OutcomeTeller(observers, guarded),
            new DeliveryMetrics(meters, Waiting),
            new Backoff(jitter),
            new SteadyClock(time),
            options.Value,
            guarded);
        foreach (IAlertChannel channel in channels)
        {
            if (string.IsNullOrWhiteSpace(channel.Name))
                throw new InvalidOperationException($"The alert channel {channel.GetType().Name} has no name.");
            if (!_workers.TryAdd(channel.Name, new ChannelWorker(channel, _parts)))
                throw new InvalidOperationException($"Two alert channels are named '{channel.Name}'. Give each a name of its own.");
        }
    }

    public IReadOnlyCollection<string> Channels => _workers.Keys;

    public IReadOnlyCollection<string> ForwardingChannels => [.. _workers.Values.Where(w => w.ForwardsAlerts).Select(w => w.Name)];

    internal IReadOnlyCollection<ChannelWorker> Workers => _workers.Values;

    public IReadOnlyList<AlertChannelStatus> GetStatuses() => [.. _workers.Values.Select(w => w.Status)];

    public async Task<AlertChannelTestResult> TestAsync(string channel, CancellationToken cancellationToken = default)
    {
        ChannelWorker worker = Find(channel);
        cancellationToken.ThrowIfCancellationRequested();
        TimeSpan began = _parts.Clock.Now;
        AttemptResult result = await worker.TestAsync(
            TestNotification.For(channel, _environment(), _parts.Clock.Wall), cancellationToken).ConfigureAwait(false);
        return new AlertChannelTestResult(channel, result.Error is null, _parts.Clock.Now - began, result.Error);
    }

    public async Task EnqueueAsync(string channel, AlertNotification notification, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(notification);
        ChannelWorker worker = Find(channel);
        cancellationToken.ThrowIfCancellationRequested();
        if (await _parts.Store.PutAsync(channel, notification, cancellationToken).ConfigureAwait(false) is { } stored)
            worker.Offer(stored);
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _isRunning, 1) != 0)
            throw new InvalidOperationException("The outbox runs already.");
        try
        {
            foreach (ChannelWorker worker in _workers.Values)
                worker.Queue.Open(isOpen: true);
            await Task.WhenAll([
                PollAsync(cancellationToken), .. _workers.Values.Select(w => Task.Run(() => w.RunAsync(cancellationToken), CancellationToken.None)),
            ]).ConfigureAwait(false);
        }
        finally
        {
            foreach (ChannelWorker worker in _workers.Values)
                worker.Queue.Open(isOpen: false);
            Volatile.Write(ref _isRunning, 0);
        }
    }

    private async Task PollAsync(CancellationToken cancellationToken)
    {
        bool isFailing = false;
        TimeSpan forgetAt = TimeSpan.Zero;
        while (true)
        {
            try
            {
                await ReadAsync(cancellationToken).ConfigureAwait(false);
                if (_parts.Clock.Now >= forgetAt)
                {
                    await _parts.Store.ForgetAsync(cancellationToken).ConfigureAwait(false);
                    forgetAt = _parts.Clock.Now + ForgetInterval;
                }

                isFailing = false;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                if (!isFailing)
                    _parts.Logger.OutboxReadFailed(e);
                isFailing = true;
            }

            await Task.Delay(PollInterval, _parts.Clock.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        OutboxListing listing = await _parts.Store.ListAsync(
            (key, version) => _workers.Values.Any(w => w.Queue.Knows(key, version)), cancellationToken).ConfigureAwait(false);
        foreach (ChannelWorker worker in _workers.Values)
            worker.Queue.Drop(known => known.Revision <= listing.Revision && !listing.Keys.Contains(known.Key));
        foreach (IGrouping<string, StoredEntry> entries in listing.Entries.GroupBy(e => e.Entry.Channel, StringComparer.Ordinal))
        {
            // Before the first of them is sent: the service asked it of all.
            if (_workers.TryGetValue(entries.Key, out ChannelWorker? worker))
                worker.Heed(entries.Max(e => e.Entry.NotBefore));
        }

        foreach (StoredEntry entry in listing.Entries.OrderBy(e => e.Entry.Order))
        {
            if (_workers.TryGetValue(entry.Entry.Channel, out ChannelWorker? worker))
                worker.Offer(entry);
            else
                await TellOfStrangerAsync(entry, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What waits for a channel that is no more waits as long as for any other: the channel may come back with the next version.</summary>
    private async Task TellOfStrangerAsync(StoredEntry entry, CancellationToken cancellationToken)
    {
        if (_strangers.Add(entry.Entry.Channel))
            _parts.Logger.UnknownChannel(entry.Entry.Channel);
        if (_parts.Clock.Wall - entry.Entry.Since < _parts.Options.GiveUpAfter)
            return;
        AlertNotification notification = entry.Entry.Notification;
        if (!_strangersEnded.TryGetValue((entry.Key, notification.Id), out OutcomeTelling? telling))
        {
            telling = new OutcomeTelling(new NotificationOutcome(
                entry.Entry.Channel, notification, IsSent: false, entry.Entry.Attempts, $"There is no channel '{entry.Entry.Channel}' any more."));
            _strangersEnded.Add((entry.Key, notification.Id), telling);
        }

        // Where somebody could not be told, it is read again.
        if (!await _parts.Teller.TellAsync(telling, cancellationToken).ConfigureAwait(false))
            return;
        await _parts.Store.RemoveAsync(entry, cancellationToken).ConfigureAwait(false);
        _strangersEnded.Remove((entry.Key, notification.Id));
    }

    private ChannelWorker Find(string channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return _workers.TryGetValue(channel, out ChannelWorker? worker)
            ? worker
            : throw new ArgumentException(
                $"There is no alert channel '{channel}'. {(_workers.Count == 0 ? "None was added" : $"Those that were added: {string.Join(", ", _workers.Keys)}")}.", nameof(channel));
    }

    private IEnumerable<Measurement<int>> Waiting() =>
        _workers.Values.Select(w => new Measurement<int>(w.Queue.Count, new KeyValuePair<string, object?>("channel", w.Name)));
}
