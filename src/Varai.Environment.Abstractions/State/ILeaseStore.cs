namespace Varai.State;

/// <summary>Exclusive rights with an end, for work that only one node may do at a time.</summary>
/// <remarks>Called from any number of threads at once. A lease alone can't stop a holder that was paused past its end;
/// <see cref="StateTransaction.Require"/> does: the commit fails unless the lease is still the current one. A
/// lease ends by the store's clock: its server's where it has one, otherwise the clock of whichever process calls, and then
/// nodes that share the store need clocks that agree to well within a lease's duration.</remarks>
public interface ILeaseStore
{
    /// <summary>Takes the lease when nobody holds it. A holder that asks again while its lease runs is refused like
    /// anybody else, since two processes may use one name; it renews instead.</summary>
    /// <param name="name">The lease's name; the rules of <see cref="StateKey"/> hold.</param>
    /// <param name="holder">Who takes it, for people to read; the rules of <see cref="StateKey"/> hold.</param>
    /// <param name="duration">How long it lasts from now; more than zero, at most 365 days.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The lease, or <see langword="null"/> when somebody holds it.</returns>
    /// <exception cref="StateException">The store can't be written.</exception>
    Task<Lease?> TryAcquireAsync(string name, string holder, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>Moves the lease's end to <paramref name="duration"/> from now. The token stays.</summary>
    /// <param name="lease">A lease that was acquired or renewed.</param>
    /// <param name="duration">How long it lasts from now; more than zero, at most 365 days.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The lease with its new end.</returns>
    /// <exception cref="LeaseLostException">It has expired, was released or is held by somebody else.</exception>
    /// <exception cref="StateException">The store can't be written.</exception>
    Task<Lease> RenewAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>Gives the lease back, so that the next one can take it at once. Does nothing when it was already lost.</summary>
    /// <param name="lease">The lease to give back.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StateException">The store can't be written.</exception>
    Task ReleaseAsync(Lease lease, CancellationToken cancellationToken);

    /// <summary>Who holds the lease now.</summary>
    /// <param name="name">The lease's name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The lease, or <see langword="null"/> when nobody holds it or it has expired.</returns>
    /// <exception cref="StateException">The store can't be read.</exception>
    ValueTask<Lease?> GetAsync(string name, CancellationToken cancellationToken);
}
