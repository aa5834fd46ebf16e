using Varai.Promotion.Store;
using Varai.State;

namespace Varai.Promotion;

/// <summary>The stop button and the holds.</summary>
internal sealed class PromotionControl(PromotionStore store, AuditTrail audit, PromotionSignal signal, TimeProvider time) : IPromotionControl
{
    // Every conflict means that somebody else got on; this many in a row mean that something is wrong.
    private const int MaximumAttempts = 20;

    public async Task<PromotionStop> StopAsync(string author, string reason, CancellationToken cancellationToken = default)
    {
        var stop = new PromotionStop(Required(author, nameof(author)), Required(reason, nameof(reason)), time.GetUtcNow());
        cancellationToken.ThrowIfCancellationRequested();
        await CommitAsync(
            Event(PromotionEventKind.Stopped, author, reason, target: null),
            (transaction, _) => transaction.Put(PromotionStore.StopKey, PromotionStore.Write(stop, PromotionJson.Default.PromotionStop)),
            cancellationToken).ConfigureAwait(false);
        return stop;
    }

    public Task ResumeAsync(string author, string reason, CancellationToken cancellationToken = default)
    {
        PromotionEvent resumed = Event(PromotionEventKind.Resumed, Required(author, nameof(author)), Required(reason, nameof(reason)), target: null);
        cancellationToken.ThrowIfCancellationRequested();
        return CommitAsync(resumed, static (transaction, _) => transaction.Delete(PromotionStore.StopKey), cancellationToken);
    }

    public async Task<PromotionStop?> FindStopAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return (await store.GetAsync(PromotionStore.StopKey, PromotionJson.Default.PromotionStop, cancellationToken).ConfigureAwait(false)).Value;
    }

    public async Task<IReadOnlyList<PromotionHold>> GetHoldsAsync(string target, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(target);
        cancellationToken.ThrowIfCancellationRequested();
        return (await ReadHoldsAsync(target, cancellationToken).ConfigureAwait(false)).Value?.Holds ?? [];
    }

    public async Task LiftHoldAsync(string target, string recordId, string author, string reason, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(target);
        ArgumentException.ThrowIfNullOrWhiteSpace(recordId);
        Required(author, nameof(author));
        Required(reason, nameof(reason));
        cancellationToken.ThrowIfCancellationRequested();
        for (int attempt = 1; ; attempt++)
        {
            Saved<HoldsDocument> holds = await ReadHoldsAsync(target, cancellationToken).ConfigureAwait(false);
            if (holds.Value?.Holds.Any(h => h.RecordId == recordId) != true)
                throw new PromotionException($"Nothing of the promotion '{recordId}' is held from '{target}'.");
            var next = new HoldsDocument([.. holds.Value.Holds.Where(h => h.RecordId != recordId)]);
            try
            {
                await CommitAsync(
                    Event(PromotionEventKind.HoldLifted, author, reason, target.ToLowerInvariant()) with { RecordId = recordId },
                    (transaction, _) => transaction.Put(
                        PromotionStore.HoldsKey(target.ToLowerInvariant()), PromotionStore.Write(next, PromotionJson.Default.HoldsDocument), holds.Version),
                    cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (StateConflictException) when (attempt < MaximumAttempts)
            {
                // Another hold came or went in this moment.
                continue;
            }
        }
    }

    private Task<Saved<HoldsDocument>> ReadHoldsAsync(string target, CancellationToken cancellationToken) =>
        store.GetAsync(PromotionStore.HoldsKey(target.ToLowerInvariant()), PromotionJson.Default.HoldsDocument, cancellationToken);

    private async Task CommitAsync(PromotionEvent happened, Action<StateTransaction, PromotionEvent> build, CancellationToken cancellationToken)
    {
        await audit.CommitAsync(happened, build, cancellationToken).ConfigureAwait(false);
        signal.Wake();
    }

    private PromotionEvent Event(PromotionEventKind kind, string author, string reason, string? target) => new()
    {
        Kind = kind,
        Time = time.GetUtcNow(),
        Author = author,
        Reason = reason,
        Target = target,
    };

    private static string Required(string value, string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(value, name);
        return value;
    }
}
