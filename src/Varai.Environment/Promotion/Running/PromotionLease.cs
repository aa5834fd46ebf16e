using Varai.State;

namespace Varai.Promotion.Running;

/// <summary>The right to change a target, held while a promotion runs.</summary>
internal sealed class PromotionLease(ILeaseStore leases, Lease lease, TimeSpan duration, long askedAt, TimeProvider time) : IAsyncDisposable
{
    // A store that never answers must not keep the caller; the lease ends by itself.
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(5);

    // A renewal is a durable write: not worth it while most of the time is left.
    private const int FreshPart = 4;

    private long _renewedAt = askedAt;

    public Lease Current { get; private set; } = lease;

    /// <exception cref="LeaseLostException">Somebody else may be at work.</exception>
    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        long now = time.GetTimestamp();
        Current = await leases.RenewAsync(Current, duration, cancellationToken).ConfigureAwait(false);
        _renewedAt = now;
    }

    /// <summary>Renews it where a quarter of its time is over.</summary>
    /// <exception cref="LeaseLostException">Somebody else may be at work.</exception>
    public Task RefreshAsync(CancellationToken cancellationToken) =>
        time.GetElapsedTime(_renewedAt) >= duration / FreshPart ? RenewAsync(cancellationToken) : Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        try
        {
            await leases.ReleaseAsync(Current, CancellationToken.None).WaitAsync(LongestEnd, TimeProvider.System).ConfigureAwait(false);
        }
        catch (Exception e) when (e is VaraiException or TimeoutException)
        {
            // What the promotion came to is what the caller is told.
        }
    }
}
