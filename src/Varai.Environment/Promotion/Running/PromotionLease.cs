using Varai.State;

namespace Varai.Promotion.Running;

/// <summary>The right to change a target, held while a promotion runs.</summary>
internal sealed class PromotionLease(ILeaseStore leases, Lease lease, TimeSpan duration) : IAsyncDisposable
{
    // A store that never answers must not keep the caller; the lease ends by itself.
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(5);

    public Lease Current { get; private set; } = lease;

    /// <exception cref="LeaseLostException">Somebody else may be at work.</exception>
    public async Task RenewAsync(CancellationToken cancellationToken) =>
        Current = await leases.RenewAsync(Current, duration, cancellationToken).ConfigureAwait(false);

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
