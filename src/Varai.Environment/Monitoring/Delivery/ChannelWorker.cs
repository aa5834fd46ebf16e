using Microsoft.Extensions.Logging;
using Varai.State;

namespace Varai.Monitoring.Delivery;

/// <summary>Sends what waits for one channel: in order, one at a time, within the channel's limit, again and again until it is accepted or given up.</summary>
internal sealed class ChannelWorker
{
    private static readonly TimeSpan StorePause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ObserverPause = TimeSpan.FromSeconds(15);

    private readonly IAlertChannel _channel;
    private readonly ChannelWorkerParts _parts;
    private readonly ChannelAttempts _attempts;
    private readonly DeliverySignal _signal = new();
    private readonly ChannelHealth _health = new();
    private readonly TokenBucket? _bucket;
    private readonly Lock _lock = new();
    private TimeSpan _notBefore; // under the lock, as the bucket is: a test may run beside the loop
    private TimeSpan _storeNotBefore;
    private bool _isStoreAway;

    public ChannelWorker(IAlertChannel channel, ChannelWorkerParts parts)
    {
        Name = channel.Name;
        _channel = channel;
        _parts = parts;
        _attempts = new ChannelAttempts(channel, parts.Clock, parts.Options.AttemptTimeout, _signal);
        Queue = new ChannelQueue(Name, parts.Clock, parts.Options.GiveUpAfter);
        if (channel is IRateLimitedAlertChannel { RateLimit: { } limit })
            _bucket = new TokenBucket(limit);
    }

    public string Name { get; }

    public bool ForwardsAlerts => _channel.ForwardsAlerts;

    public ChannelQueue Queue { get; }

    /// <summary>Whether it waits for time to pass or for something to come.</summary>
    public bool IsParked => _signal.IsParked;

    public AlertChannelStatus Status => _health.Show(Name, Queue.Count, Queue.Since());

    private TimeSpan Now => _parts.Clock.Now;

    /// <summary>Keeps to what the service asked of a process before this one, for whatever is sent.</summary>
    public void Heed(DateTimeOffset? notBefore)
    {
        if (!_health.IsUntried || notBefore - _parts.Clock.Wall is not { } asked || asked <= TimeSpan.Zero)
            return;
        TimeSpan until = Now + (asked < _parts.Options.GiveUpAfter ? asked : _parts.Options.GiveUpAfter);
        lock (_lock)
            _notBefore = until > _notBefore ? until : _notBefore;
    }

    public void Offer(StoredEntry stored)
    {
        Heed(stored.Entry.NotBefore);
        if (Queue.Offer(stored))
            _signal.Wake();
    }

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                await StepAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                _parts.Logger.DeliveryFailed(e, Name);
                await ParkAsync(Now + StorePause, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Sends a notification past what waits.</summary>
    public async Task<AttemptResult> TestAsync(AlertNotification notification, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_parts.Options.AttemptTimeout, _parts.Clock.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await _attempts.EnterAsync(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new AttemptResult($"An earlier attempt has not ended within {_parts.Options.AttemptTimeout}.", IsTransient: true);
        }

        Take(TokensFor(notification));
        AttemptResult result = await _attempts.SendAsync(notification, onLateSuccess: null, cancellationToken).ConfigureAwait(false);
        Note(result);
        return result;
    }

    private async Task StepAsync(CancellationToken cancellationToken)
    {
        Queue.Expire(Status is { FailuresInARow: > 0 } failing ? failing.LastError : null);
        await FinishAsync(cancellationToken).ConfigureAwait(false);
        (WaitingEntry? next, TimeSpan givesUpAt) = Queue.Peek();
        TimeSpan finishAt = Queue.FinishAt(_storeNotBefore);
        TimeSpan wakeAt = givesUpAt < finishAt ? givesUpAt : finishAt;
        if (next is null)
        {
            await ParkAsync(wakeAt, cancellationToken).ConfigureAwait(false);
            return;
        }

        int tokens = TokensFor(next.Notification);
        TimeSpan at = SendableAt(tokens);
        if (at > Now)
        {
            await ParkAsync(at < wakeAt ? at : wakeAt, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (!_attempts.TryEnter())
        {
            await ParkAsync(wakeAt, cancellationToken).ConfigureAwait(false);
            return;
        }

        await AttemptAsync(next, tokens, cancellationToken).ConfigureAwait(false);
    }

    private async Task AttemptAsync(WaitingEntry next, int tokens, CancellationToken cancellationToken)
    {
        bool isEntered = true;
        try
        {
            if (!await IsStillThereAsync(next, cancellationToken).ConfigureAwait(false))
                return;
            Take(tokens);
            TimeSpan began = Now;
            isEntered = false; // left when the attempt is over
            AttemptResult result = await _attempts.SendAsync(next.Notification, () => AcceptedLate(next), cancellationToken).ConfigureAwait(false);
            string outcome = result.Error is null ? "sent" : result.IsTransient ? "retried" : "failed";
            _parts.Metrics.Attempted(Name, outcome, Now - began);
            await HandleAsync(next, result, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (isEntered)
                _attempts.Leave();
        }
    }

    /// <summary>Asks the store: it may have been sent by another node, which had the lease before, or a newer one may have come.</summary>
    private async Task<bool> IsStillThereAsync(WaitingEntry next, CancellationToken cancellationToken)
    {
        try
        {
            StateDocument? document = await _parts.State.GetAsync(next.Stored.Key, cancellationToken).ConfigureAwait(false);
            if (document?.Version == next.Stored.Version)
                return true;
            if (document is null || _parts.Store.TryRead(document) is not { } newer || !Queue.Offer(newer))
                Queue.Drop(next);
            return false;
        }
        catch (StateException)
        {
            // An alert that may come twice is better than one that waits for the store.
            return true;
        }
    }

    private async Task HandleAsync(WaitingEntry entry, AttemptResult result, CancellationToken cancellationToken)
    {
        int failures = Note(result);
        if (result.Error is null || !result.IsTransient)
        {
            Queue.End(entry, result.Error);
            if (cancellationToken.IsCancellationRequested)
                await FinishQuicklyAsync().ConfigureAwait(false);
            return;
        }

        _parts.Metrics.Retried(Name);
        TimeSpan pause = _parts.Backoff.After(failures);
        TimeSpan asked = result.RetryAfter ?? TimeSpan.Zero;
        if (asked > _parts.Options.GiveUpAfter)
            asked = _parts.Options.GiveUpAfter;
        lock (_lock)
            _notBefore = Now + (asked > pause ? asked : pause);
        await WriteDownAsync(entry, asked, cancellationToken).ConfigureAwait(false);
    }

    private async Task WriteDownAsync(WaitingEntry entry, TimeSpan asked, CancellationToken cancellationToken)
    {
        StoredEntry? stored = null;
        try
        {
            OutboxEntry failed = entry.Stored.Entry with
            {
                Attempts = entry.Attempts + 1,
                NotBefore = asked > TimeSpan.Zero ? _parts.Clock.Wall + asked : null,
            };
            stored = await _parts.Store.UpdateAsync(entry.Stored, failed, cancellationToken).ConfigureAwait(false);
            StoreAnswers();
        }
        catch (StateException e)
        {
            StoreFailed(e);
        }

        Queue.Failed(entry, stored);
    }

    /// <summary>Tells of those that have ended, and removes them: a sent one is removed first, so that it is not sent again; a failed one is told
    /// of first, so that it is not lost without a word; where that fails, it stays, and what waits is sent meanwhile.</summary>
    private async Task FinishAsync(CancellationToken cancellationToken)
    {
        if (_storeNotBefore > Now)
            return;
        foreach (WaitingEntry entry in Queue.Ended().Where(e => e.NotToldBefore <= Now))
        {
            if (!entry.Outcome!.IsSent && !await TellAsync(entry, cancellationToken).ConfigureAwait(false))
            {
                entry.NotToldBefore = Now + ObserverPause;
                continue;
            }

            try
            {
                if (!entry.IsRemoved)
                    await _parts.Store.RemoveAsync(entry.Stored, cancellationToken).ConfigureAwait(false);
                entry.IsRemoved = true;
                StoreAnswers();
            }
            catch (StateException e)
            {
                StoreFailed(e);
                return;
            }

            if (entry.Outcome.IsSent)
                await TellAsync(entry, cancellationToken).ConfigureAwait(false);
            Queue.Close(entry);
        }
    }

    /// <summary>Removes what was accepted while the service stops.</summary>
    private async Task FinishQuicklyAsync()
    {
        using var limit = new CancellationTokenSource(StorePause, _parts.Clock.Time);
        await FinishAsync(limit.Token).ConfigureAwait(false);
    }

    private async Task<bool> TellAsync(WaitingEntry entry, CancellationToken cancellationToken)
    {
        if (entry.IsTold)
            return true;
        OutcomeTelling telling = entry.Telling!;
        if (!telling.IsLogged && telling.Outcome.IsSent)
            _parts.Metrics.Sent(Name);
        else if (!telling.IsLogged)
            _parts.Metrics.Failed(Name);
        entry.IsTold = await _parts.Teller.TellAsync(telling, cancellationToken).ConfigureAwait(false);
        return entry.IsTold;
    }

    private void AcceptedLate(WaitingEntry entry)
    {
        Note(AttemptResult.Sent);
        Queue.End(entry, error: null);
        _signal.Wake();
    }

    /// <returns>How many attempts have failed in a row.</returns>
    private int Note(AttemptResult result)
    {
        if (result.Error is null)
        {
            if (_health.Sent(_parts.Clock.Wall) is > 0 and int before)
                _parts.Logger.ChannelRecovered(Name, before);
            lock (_lock)
                _notBefore = TimeSpan.Zero;
            return 0;
        }

        int failures = _health.Failed(_parts.Clock.Wall, result.Error);
        if (failures == 1)
            _parts.Logger.ChannelFailing(Name, result.Error);
        return failures;
    }

    private int TokensFor(AlertNotification notification)
    {
        if (_bucket is null)
            return 0;
        try
        {
            return ((IRateLimitedAlertChannel)_channel).CountTokens(notification);
        }
        catch (Exception)
        {
            // Sending it will fail as well, and say why.
            return 1;
        }
    }

    private TimeSpan SendableAt(int tokens)
    {
        lock (_lock)
        {
            TimeSpan full = _bucket?.AvailableAt(tokens) ?? TimeSpan.Zero;
            return full > _notBefore ? full : _notBefore;
        }
    }

    private void Take(int tokens)
    {
        lock (_lock)
            _bucket?.Take(tokens, Now);
    }

    private void StoreFailed(StateException exception)
    {
        if (!_isStoreAway)
            _parts.Logger.OutboxStoreFailed(exception, Name);
        _isStoreAway = true;
        _storeNotBefore = Now + StorePause;
    }

    private void StoreAnswers()
    {
        _isStoreAway = false;
        _storeNotBefore = TimeSpan.Zero;
    }

    private async Task ParkAsync(TimeSpan until, CancellationToken cancellationToken)
    {
        TimeSpan left = until == TimeSpan.MaxValue ? Timeout.InfiniteTimeSpan : until > Now ? until - Now : TimeSpan.Zero;
        ITimer timer = _parts.Clock.Time.CreateTimer(static s => ((DeliverySignal)s!).Wake(), _signal, left, Timeout.InfiniteTimeSpan);
        await using (timer.ConfigureAwait(false))
            await _signal.WaitAsync(cancellationToken).ConfigureAwait(false);
    }
}
