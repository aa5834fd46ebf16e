using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Varai.Promotion.Store;
using Varai.State;

namespace Varai.Promotion.Running;

/// <summary>Lets one promotion at a time change a target.</summary>
internal sealed class PromotionLeases(PromotionStore store, IOptions<PromotionOptions> options, TimeProvider time, ILogger<PromotionLeases> logger)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    // Soak times, windows and approvals go by this node's clock.
    private static readonly TimeSpan LargestSkew = TimeSpan.FromSeconds(5);

    private readonly GuardedLogger _logger = new(logger);
    private readonly string _holder = string.Create(
        CultureInfo.InvariantCulture, $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():N}");

    /// <summary>How long a lease lasts unless it is renewed.</summary>
    public TimeSpan Duration => options.Value.LeaseDuration;

    /// <summary>Takes the right to change a target; null when somebody holds it.</summary>
    public async Task<PromotionLease?> TryTakeAsync(string target, CancellationToken cancellationToken)
    {
        ILeaseStore leases = store.State.Leases;
        DateTimeOffset before = time.GetUtcNow();
        long askedAt = time.GetTimestamp();
        Lease? lease = await leases.TryAcquireAsync(PromotionStore.LeaseOf(target), _holder, Duration, cancellationToken).ConfigureAwait(false);
        if (lease is null)
            return null;
        LookAtClocks(lease.ExpiresAt - Duration, before, time.GetUtcNow());
        return new PromotionLease(leases, lease, Duration, askedAt, time);
    }

    /// <summary>Takes it, and waits for it as long as the options say.</summary>
    /// <exception cref="PromotionInProgressException">Somebody held it all the time.</exception>
    public async Task<PromotionLease> TakeAsync(string target, CancellationToken cancellationToken)
    {
        DateTimeOffset until = time.GetUtcNow() + options.Value.LockWait;
        while (true)
        {
            if (await TryTakeAsync(target, cancellationToken).ConfigureAwait(false) is { } lease)
                return lease;
            if (time.GetUtcNow() >= until)
                break;
            await Task.Delay(Poll, time, cancellationToken).ConfigureAwait(false);
        }

        string? active = (await store.GetAsync(
            PromotionStore.ActiveKey(target), PromotionJson.Default.ActiveDocument, cancellationToken).ConfigureAwait(false)).Value?.RecordId;
        Lease? held = await store.State.Leases.GetAsync(PromotionStore.LeaseOf(target), cancellationToken).ConfigureAwait(false);
        throw new PromotionInProgressException(
            $"Another promotion to '{target}' runs{(active is null ? "" : $": {active}")}{(held is null ? "" : $", on {held.Holder}")}. Nothing was changed; try again when it is over.",
            active);
    }

    /// <summary>Says so when the store's clock, by which leases end, and this node's are apart. Each promotion says it again: that is seldom
    /// enough.</summary>
    private void LookAtClocks(DateTimeOffset ofStore, DateTimeOffset before, DateTimeOffset after)
    {
        TimeSpan skew = ofStore < before ? ofStore - before : ofStore > after ? ofStore - after : TimeSpan.Zero;
        if (skew.Duration() > LargestSkew)
            _logger.ClockSkew(skew);
    }
}
