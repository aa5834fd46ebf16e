using Varai.State;

namespace Contoso.Extensions;

internal sealed class DictionaryLeases(TimeProvider time) : ILeaseStore
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Lease> _leases = new(StringComparer.Ordinal);

    public Task<Lease?> TryAcquireAsync(string name, string holder, TimeSpan duration, CancellationToken cancellationToken)
    {
        StateKey.ThrowIfInvalid(name);
        StateKey.ThrowIfInvalid(holder);
        Check(duration, cancellationToken);
        lock (_lock)
        {
            if (Current(name) is not null)
                return Task.FromResult<Lease?>(null);
            long token = _leases.TryGetValue(name, out Lease? last) ? last.Token + 1 : 1;
            return Task.FromResult<Lease?>(_leases[name] = new Lease(name, holder, token, time.GetUtcNow() + duration));
        }
    }

    public Task<Lease> RenewAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken)
    {
        Check(duration, cancellationToken);
        lock (_lock)
        {
            Verify(lease);
            return Task.FromResult(_leases[lease.Name] = _leases[lease.Name] with { ExpiresAt = time.GetUtcNow() + duration });
        }
    }

    public Task ReleaseAsync(Lease lease, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (Current(lease.Name)?.Token == lease.Token)
                _leases[lease.Name] = _leases[lease.Name] with { ExpiresAt = DateTimeOffset.MinValue };
        }

        return Task.CompletedTask;
    }

    public ValueTask<Lease?> GetAsync(string name, CancellationToken cancellationToken)
    {
        StateKey.ThrowIfInvalid(name);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
            return ValueTask.FromResult(Current(name));
    }

    /// <summary>Throws unless the lease is held.</summary>
    public void Verify(Lease lease)
    {
        lock (_lock)
        {
            Lease? current = Current(lease.Name);
            if (current?.Token != lease.Token)
                throw new LeaseLostException(lease, current);
        }
    }

    private Lease? Current(string name) =>
        _leases.TryGetValue(name, out Lease? lease) && lease.ExpiresAt > time.GetUtcNow() ? lease : null;

    private static void Check(TimeSpan duration, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(duration, Longest);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
