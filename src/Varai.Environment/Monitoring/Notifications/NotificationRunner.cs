using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Varai.Monitoring.Notifications.Storage;
using Varai.State;

namespace Varai.Monitoring.Notifications;

/// <summary>Sends notifications while this node holds the lease, and tries to get it while it does not.</summary>
internal sealed class NotificationRunner(
    NotificationStore store,
    INotificationOutbox outbox,
    NotificationPlanSource source,
    NotificationSignal signal,
    TimeProvider time,
    ILogger<NotificationRunner> logger) : BackgroundService
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(500);

    // A store that never answers must not keep the process; the lease ends by itself.
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(5);

    // Timers take no longer one; waking for nothing does no harm.
    private static readonly TimeSpan LongestSleep = TimeSpan.FromHours(1);

    private readonly GuardedLogger _logger = new(logger);
    private readonly string _holder = string.Create(
        CultureInfo.InvariantCulture, $"{System.Environment.MachineName}/{System.Environment.ProcessId}/{Guid.NewGuid().ToString("N").AsSpan(0, 8)}");

    private bool _isFailing;

    private TimeSpan LeaseDuration => source.Plan.Options.LeaseDuration;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // Only now the channels are known: a receiver that names another stops the host.
        _ = source.Plan;
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        TimeSpan pause = ShortestPause;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                long asked = time.GetTimestamp();
                if (await store.Leases.TryAcquireAsync(store.LeaseName, _holder, LeaseDuration, stoppingToken).ConfigureAwait(false) is { } lease)
                {
                    _logger.NotificationLeaseTaken(_holder);
                    await LeadAsync(lease, asked, () => pause = ShortestPause, stoppingToken).ConfigureAwait(false);
                }
                else
                {
                    pause = LeaseDuration / 3;
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (LeaseLostException e)
            {
                _logger.NotificationLeaseLost(_holder, e.Message);
            }
            catch (Exception e)
            {
                if (!_isFailing)
                    _logger.NotificationsFailed(e);
                _isFailing = true;
            }

            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LeaseDuration / 3 ? pause * 2 : LeaseDuration / 3;
        }
    }

    /// <summary>Sends until the lease is lost, something fails or the host stops.</summary>
    private async Task LeadAsync(Lease lease, long asked, Action onTurn, CancellationToken stoppingToken)
    {
        using var lead = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        Task[] tasks =
        [
            Task.Run(() => KeepAsync(lease, asked, lead.Token), CancellationToken.None),
            Task.Run(() => DispatchAsync(lease, onTurn, lead.Token), CancellationToken.None),
            Task.Run(() => outbox.RunAsync(lead.Token), CancellationToken.None),
            Task.Run(() => FollowAsync(lead.Token), CancellationToken.None),
        ];
        Task first = await Task.WhenAny(tasks).ConfigureAwait(false);
        await lead.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ReleaseAsync(lease).ConfigureAwait(false);
        await first.ConfigureAwait(false);
        stoppingToken.ThrowIfCancellationRequested();
        throw new VaraiException("A part of the dispatcher ended by itself.");
    }

    private async Task DispatchAsync(Lease lease, Action onTurn, CancellationToken cancellationToken)
    {
        DispatchSession session = await DispatchSession.OpenAsync(store, outbox, source.Plan, lease, time, _logger, cancellationToken).ConfigureAwait(false);
        ITimer timer = time.CreateTimer(static s => ((NotificationSignal)s!).Wake(), signal, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await using (timer.ConfigureAwait(false))
        {
            while (true)
            {
                await session.TurnAsync(cancellationToken).ConfigureAwait(false);
                onTurn();
                if (_isFailing)
                    _logger.NotificationsRecovered();
                _isFailing = false;
                if (session.DueIn is { } due)
                    timer.Change(TimeSpan.FromTicks(Math.Clamp(due.Ticks, 0, LongestSleep.Ticks)), Timeout.InfiniteTimeSpan);
                await signal.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Renews the lease in time, and ends when that fails for so long that it may have ended.</summary>
    private async Task KeepAsync(Lease lease, long asked, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(LeaseDuration / 3, time, cancellationToken).ConfigureAwait(false);
            long timestamp = time.GetTimestamp();
            try
            {
                TimeSpan left = LeaseDuration - time.GetElapsedTime(asked);
                if (left <= TimeSpan.Zero)
                    throw new LeaseLostException(lease, current: null);
                lease = await store.Leases.RenewAsync(lease, LeaseDuration, cancellationToken).WaitAsync(left, time, cancellationToken).ConfigureAwait(false);
                asked = timestamp;
            }
            catch (StateException) when (time.GetElapsedTime(asked) < LeaseDuration * 2 / 3)
            {
                // There is time for another try.
            }
        }
    }

    /// <summary>Notices what other nodes tell. Without it that waits for the next look.</summary>
    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        bool isFailing = false;
        while (true)
        {
            try
            {
                await foreach (bool _ in store.WatchAsync(cancellationToken).ConfigureAwait(false))
                {
                    isFailing = false;
                    signal.Wake();
                }

                cancellationToken.ThrowIfCancellationRequested();
                throw new VaraiException("The state store ended the watch of its changes.");
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw;
            }
            catch (Exception e)
            {
                if (!isFailing)
                    _logger.NotificationsNotFollowed(e, LeaseDuration / 3);
                isFailing = true;
                await Task.Delay(LeaseDuration / 3, time, cancellationToken).ConfigureAwait(false);
                signal.Wake();
            }
        }
    }

    private async Task ReleaseAsync(Lease lease)
    {
        using var end = new CancellationTokenSource(LongestEnd, time);
        try
        {
            await store.Leases.ReleaseAsync(lease, end.Token).WaitAsync(end.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _logger.NotificationLeaseNotReleased(e);
        }
    }
}
