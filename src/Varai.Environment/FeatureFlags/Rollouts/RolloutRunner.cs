using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Varai.FeatureFlags.Rollouts;

/// <summary>Runs the rollouts while the host runs.</summary>
internal sealed class RolloutRunner(
    RolloutWorker worker,
    RolloutStore store,
    RolloutSignal signal,
    IOptions<RolloutOptions> options,
    TimeProvider time,
    ILogger<RolloutRunner> logger) : BackgroundService
{
    // A store that never answers must not keep the process; the lease ends by itself.
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(5);

    private readonly GuardedLogger _logger = new(logger);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        TimeSpan interval = options.Value.CheckInterval;
        Task following = FollowAsync(stoppingToken);
        ITimer timer = time.CreateTimer(static s => ((RolloutSignal)s!).Tick(), signal, interval, interval);
        await using (timer.ConfigureAwait(false))
            await RunAsync(stoppingToken).ConfigureAwait(false);
        await following.ConfigureAwait(false);
        await HandBackAsync().ConfigureAwait(false);
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        bool isCheck = true;
        bool isFailing = false;
        while (true)
        {
            try
            {
                await worker.PassAsync(isCheck, cancellationToken).ConfigureAwait(false);
                if (isFailing)
                    _logger.RolloutsRecovered();
                isFailing = false;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (!isFailing)
                    _logger.RolloutsFailed(e);
                isFailing = true;
            }

            try
            {
                isCheck = await signal.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Notices what other processes ask for. Without it they wait for the next check.</summary>
    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        bool isFailing = false;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                long revision = await store.GetRevisionAsync(cancellationToken).ConfigureAwait(false);
                signal.Wake();
                await foreach (string? _ in store.WatchAsync(revision, cancellationToken).ConfigureAwait(false))
                {
                    isFailing = false;
                    signal.Wake();
                }

                cancellationToken.ThrowIfCancellationRequested();
                throw new VaraiException("The state store ended the watch of its changes.");
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (!isFailing)
                    _logger.RolloutsNotFollowed(e);
                isFailing = true;
                await Task.Delay(options.Value.CheckInterval, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task HandBackAsync()
    {
        using var end = new CancellationTokenSource(LongestEnd, time);
        try
        {
            await worker.ReleaseAsync(end.Token).WaitAsync(end.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _logger.RolloutsFailed(e);
        }
    }
}
