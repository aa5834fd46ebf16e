using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Varai.Promotion.Store;
using Varai.State;

namespace Varai.Promotion;

/// <summary>While the host runs: finishes what other processes have left open, and tells observers what happens.</summary>
internal sealed class PromotionWorker(
    IPromotionEngine engine,
    IPromotionAudit audit,
    PromotionStore store,
    PromotionSignal signal,
    IEnumerable<IPromotionObserver> observers,
    IOptions<PromotionOptions> options,
    TimeProvider time,
    ILogger<PromotionWorker> logger) : BackgroundService
{
    private readonly GuardedLogger _logger = new(logger);
    private readonly IPromotionObserver[] _observers = [.. observers];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // A process that died keeps its lease for as long as this; another may die at any time.
        ITimer timer = time.CreateTimer(static s => ((PromotionSignal)s!).Wake(), signal, options.Value.LeaseDuration, options.Value.LeaseDuration);
        await using (timer.ConfigureAwait(false))
            await RunAsync(stoppingToken).ConfigureAwait(false);
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        bool isFailing = false;
        try
        {
            while (true)
            {
                try
                {
                    await engine.RecoverAsync(cancellationToken).ConfigureAwait(false);
                    isFailing = false;
                }
                catch (Exception e) when (!cancellationToken.IsCancellationRequested)
                {
                    if (!isFailing)
                        _logger.RecoveryFailed(e);
                    isFailing = true;
                }

                foreach (IPromotionObserver observer in _observers)
                    await TellAsync(observer, cancellationToken).ConfigureAwait(false);
                await signal.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The host stops; what is open is finished at the next start.
        }
    }

    /// <summary>Tells an observer what it has not been told; how far it has come is written down after each event, so that a process
    /// that dies in between tells it again, and none is left out.</summary>
    private async Task TellAsync(IPromotionObserver observer, CancellationToken cancellationToken)
    {
        string key = PromotionStore.ObserverKey(observer.Name);
        long at = 0;
        try
        {
            Saved<ObserverDocument> told = await store.GetAsync(key, PromotionJson.Default.ObserverDocument, cancellationToken).ConfigureAwait(false);
            at = told.Value?.Number ?? 0;
            long version = told.Version;
            await foreach (PromotionEvent happened in audit.ReadAsync(at, cancellationToken).ConfigureAwait(false))
            {
                at = happened.Number;
                await observer.OnEventAsync(happened, cancellationToken).ConfigureAwait(false);
                StateCommit commit = await store.State.CommitAsync(
                    new StateTransaction().Put(key, PromotionStore.Write(new ObserverDocument(at), PromotionJson.Default.ObserverDocument), version),
                    cancellationToken).ConfigureAwait(false);
                version = commit.Changes[0].Version;
            }
        }
        catch (StateConflictException)
        {
            // Another node tells this observer; it is one and the same receiver.
        }
        catch (StateException e)
        {
            _logger.DeliveryFailed(e);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            _logger.ObserverFailed(observer.Name, e.GetType().Name, at);
        }
    }
}
