namespace Varai.State;

/// <summary>The leases of an <see cref="InMemoryStateStore"/>, under the same lock so that commits can require them.</summary>
internal sealed class InMemoryLeaseStore(Lock @lock, TimeProvider timeProvider) : ILeaseStore
{
    // A released lease keeps its entry with an end in the past: its token must never come again.
    private readonly Dictionary<string, Lease> _leases = new(StringComparer.Ordinal);

    public Task<Lease?> TryAcquireAsync(string name, string holder, TimeSpan duration, CancellationToken cancellationToken)
    {
        StateKey.ThrowIfInvalid(name);
        StateKey.ThrowIfInvalid(holder);
        LeaseArguments.Check(duration);
        cancellationToken.ThrowIfCancellationRequested();
        lock (@lock)
        {
            DateTimeOffset now = timeProvider.GetUtcNow();
            Lease? last = _leases.GetValueOrDefault(name);
            if (last is not null && last.ExpiresAt > now)
                return Task.FromResult<Lease?>(null);
            var lease = new Lease(name, holder, (last?.Token ?? 0) + 1, now + duration);
            _leases[name] = lease;
            return Task.FromResult<Lease?>(lease);
        }
    }

    public Task<Lease> RenewAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        LeaseArguments.Check(duration);
        cancellationToken.ThrowIfCancellationRequested();
        lock (@lock)
        {
            DateTimeOffset now = timeProvider.GetUtcNow();
            Verify(lease, now);
            Lease renewed = _leases[lease.Name] with { ExpiresAt = now + duration };
            _leases[lease.Name] = renewed;
            return Task.FromResult(renewed);
        }
    }

    public Task ReleaseAsync(Lease lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        cancellationToken.ThrowIfCancellationRequested();
        lock (@lock)
        {
            if (_leases.GetValueOrDefault(lease.Name) is { } current && current.Token == lease.Token)
                _leases[lease.Name] = current with { ExpiresAt = DateTimeOffset.MinValue };
        }

        return Task.CompletedTask;
    }

    public ValueTask<Lease?> GetAsync(string name, CancellationToken cancellationToken)
    {
        StateKey.ThrowIfInvalid(name);
        cancellationToken.ThrowIfCancellationRequested();
        lock (@lock)
            return ValueTask.FromResult(GetCurrent(name, timeProvider.GetUtcNow()));
    }

    /// <summary>Throws unless the lease is the current one. To be called under the lock.</summary>
    public void Verify(Lease lease, DateTimeOffset now)
    {
        Lease? current = GetCurrent(lease.Name, now);
        if (current?.Token != lease.Token)
            throw new LeaseLostException(lease, current);
    }

    private Lease? GetCurrent(string name, DateTimeOffset now) =>
        _leases.GetValueOrDefault(name) is { } lease && lease.ExpiresAt > now ? lease : null;
}
