using Varai.State;

namespace Varai.Testing.State;

public sealed partial class StateStoreContract
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>While one holds a lease nobody gets it, not even under the same holder's name; other names are free.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task LeaseIsExclusiveAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async (store, time) =>
        {
            Lease lease = Check.Found(await store.Leases.TryAcquireAsync("l", "a", Minute, cancellationToken).ConfigureAwait(false));
            Check.Equal(("l", "a"), (lease.Name, lease.Holder));
            Check.That(lease.Token > 0, "the token is more than 0");
            time.Check(Minute, lease.ExpiresAt, "the lease's end");
            Check.Equal(null, await store.Leases.TryAcquireAsync("l", "b", Minute, cancellationToken).ConfigureAwait(false));
            Check.Equal(null, await store.Leases.TryAcquireAsync("l", "a", Minute, cancellationToken).ConfigureAwait(false));
            Check.Equal(lease, await store.Leases.GetAsync("l", cancellationToken).ConfigureAwait(false));
            Check.Found(await store.Leases.TryAcquireAsync("m", "b", Minute, cancellationToken).ConfigureAwait(false));
        },
        cancellationToken);

    /// <summary>A lease holds until just before its expiry, and at it is free.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task LeaseEndsAtItsExpiryAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async (store, time) =>
        {
            await store.Leases.TryAcquireAsync("l", "a", Minute, cancellationToken).ConfigureAwait(false);
            await time.AdvanceAsync(Minute - time.Margin).ConfigureAwait(false);
            Check.Equal(null, await store.Leases.TryAcquireAsync("l", "b", Minute, cancellationToken).ConfigureAwait(false));
            await time.AdvanceAsync(time.Margin).ConfigureAwait(false);
            Check.Equal(null, await store.Leases.GetAsync("l", cancellationToken).ConfigureAwait(false));
            Check.Equal("b", (await store.Leases.TryAcquireAsync("l", "b", Minute, cancellationToken).ConfigureAwait(false))?.Holder);
        },
        cancellationToken);

    /// <summary>Tokens of one name grow with each acquisition, over expiry and release; names count apart.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task LeaseTokensOnlyGrowAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async (store, time) =>
        {
            long last = 0;
            for (int i = 0; i < 6; i++)
            {
                Lease lease = Check.Found(await store.Leases.TryAcquireAsync("l", "a", Minute, cancellationToken).ConfigureAwait(false));
                Check.That(lease.Token > last, "the token grows");
                last = lease.Token;
                if (i % 2 == 0)
                    await store.Leases.ReleaseAsync(lease, cancellationToken).ConfigureAwait(false);
                else
                    await time.AdvanceAsync(Minute).ConfigureAwait(false);
            }
        },
        cancellationToken);

    /// <summary>A renewal moves the end, forwards or backwards, and keeps the token.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task RenewMovesTheExpiryAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async (store, time) =>
        {
            Lease lease = Check.Found(await store.Leases.TryAcquireAsync("l", "a", Minute, cancellationToken).ConfigureAwait(false));
            await time.AdvanceAsync(Minute / 2).ConfigureAwait(false);
            Lease renewed = await store.Leases.RenewAsync(lease, Minute, cancellationToken).ConfigureAwait(false);
            Check.Equal(lease with { ExpiresAt = renewed.ExpiresAt }, renewed);
            time.Check(Minute, renewed.ExpiresAt, "the renewed lease's end");
            await time.AdvanceAsync(Minute / 2).ConfigureAwait(false);
            Check.Equal(lease.Token, (await store.Leases.GetAsync("l", cancellationToken).ConfigureAwait(false))?.Token);
            Lease shortened = await store.Leases.RenewAsync(lease, TimeSpan.FromSeconds(1), cancellationToken).ConfigureAwait(false);
            Check.Equal(lease.Token, shortened.Token);
            time.Check(TimeSpan.FromSeconds(1), shortened.ExpiresAt, "the shortened lease's end");
            await time.AdvanceAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
            Check.Equal(null, await store.Leases.GetAsync("l", cancellationToken).ConfigureAwait(false));
        },
        cancellationToken);

    /// <summary>An expired, a released and an overtaken lease can't be renewed.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task RenewOfALostLeaseThrowsAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async (store, time) =>
        {
            Lease expired = Check.Found(await store.Leases.TryAcquireAsync("l", "a", Minute, cancellationToken).ConfigureAwait(false));
            await time.AdvanceAsync(Minute).ConfigureAwait(false);
            LeaseLostException lost = await Check.ThrowsAsync<LeaseLostException>(() => store.Leases.RenewAsync(expired, Minute, cancellationToken)).ConfigureAwait(false);
            Check.Equal(expired, lost.Lease);
            Lease next = Check.Found(await store.Leases.TryAcquireAsync("l", "b", Minute, cancellationToken).ConfigureAwait(false));
            await Check.ThrowsAsync<LeaseLostException>(() => store.Leases.RenewAsync(expired, Minute, cancellationToken)).ConfigureAwait(false);
            await store.Leases.ReleaseAsync(next, cancellationToken).ConfigureAwait(false);
            await Check.ThrowsAsync<LeaseLostException>(() => store.Leases.RenewAsync(next, Minute, cancellationToken)).ConfigureAwait(false);
        },
        cancellationToken);

    /// <summary>Releasing a lease that was lost, or twice, is no error and takes nothing from its new holder.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task ReleaseOfALostLeaseLeavesTheNewHolderAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            Lease first = Check.Found(await store.Leases.TryAcquireAsync("l", "a", Minute, cancellationToken).ConfigureAwait(false));
            await store.Leases.ReleaseAsync(first, cancellationToken).ConfigureAwait(false);
            Check.Equal(null, await store.Leases.GetAsync("l", cancellationToken).ConfigureAwait(false));
            Lease second = Check.Found(await store.Leases.TryAcquireAsync("l", "a", Minute, cancellationToken).ConfigureAwait(false));
            await store.Leases.ReleaseAsync(first, cancellationToken).ConfigureAwait(false);
            Check.Equal(second, await store.Leases.GetAsync("l", cancellationToken).ConfigureAwait(false));
        },
        cancellationToken);

    /// <summary>A late holder's commit fails whole: after expiry, after a release, and when another holds the lease.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task CommitUnderALostLeaseChangesNothingAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async (store, time) =>
        {
            Lease lease = Check.Found(await store.Leases.TryAcquireAsync("l", "a", Minute, cancellationToken).ConfigureAwait(false));
            StateTransaction transaction = new StateTransaction().Put("k", Bytes("1")).Append("s", Bytes("1")).Require(lease);
            await store.CommitAsync(transaction, cancellationToken).ConfigureAwait(false);
            await time.AdvanceAsync(Minute).ConfigureAwait(false);
            await Check.ThrowsAsync<LeaseLostException>(() => store.CommitAsync(transaction, cancellationToken)).ConfigureAwait(false);
            Lease next = Check.Found(await store.Leases.TryAcquireAsync("l", "b", Minute, cancellationToken).ConfigureAwait(false));
            await Check.ThrowsAsync<LeaseLostException>(() => store.CommitAsync(transaction, cancellationToken)).ConfigureAwait(false);
            await store.Leases.ReleaseAsync(next, cancellationToken).ConfigureAwait(false);
            await Check.ThrowsAsync<LeaseLostException>(() => store.CommitAsync(new StateTransaction().Put("k", Bytes("2")).Require(next), cancellationToken)).ConfigureAwait(false);
            Lease never = new("never acquired", "a", 1, DateTimeOffset.MaxValue);
            await Check.ThrowsAsync<LeaseLostException>(() => store.CommitAsync(new StateTransaction().Require(never), cancellationToken)).ConfigureAwait(false);
            Check.Equal(1L, await store.GetRevisionAsync(cancellationToken).ConfigureAwait(false));
        },
        cancellationToken);

    /// <summary>It is the token that counts: the record from before a renewal is as good as the one after it.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task CommitUnderARenewedLeaseTakesTheOldRecordAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async (store, time) =>
        {
            Lease lease = Check.Found(await store.Leases.TryAcquireAsync("l", "a", Minute, cancellationToken).ConfigureAwait(false));
            await time.AdvanceAsync(Minute / 2).ConfigureAwait(false);
            await store.Leases.RenewAsync(lease, Minute, cancellationToken).ConfigureAwait(false);
            await time.AdvanceAsync(Minute - time.Margin).ConfigureAwait(false);
            Check.Equal(1L, (await store.CommitAsync(new StateTransaction().Put("k", Bytes("1")).Require(lease), cancellationToken).ConfigureAwait(false)).Revision);
        },
        cancellationToken);

    /// <summary>Of many who try at once exactly one gets the lease.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task OneOfManyAcquirersWinsAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            for (int round = 0; round < 10; round++)
            {
                Lease?[] leases = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(
                    () => store.Leases.TryAcquireAsync("l", $"holder {i}", Minute, cancellationToken), cancellationToken))).ConfigureAwait(false);
                Lease winner = Check.Found(leases.SingleOrDefault(lease => lease is not null));
                await store.Leases.ReleaseAsync(winner, cancellationToken).ConfigureAwait(false);
            }
        },
        cancellationToken);

    /// <summary>A token that is cancelled already comes out of every call as <see cref="OperationCanceledException"/>,
    /// and the call did nothing.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task CancelledTokensCancelEveryCallAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            var cancelled = new CancellationToken(canceled: true);
            var lease = new Lease("l", "a", 1, DateTimeOffset.MaxValue);
            BlobId id = BlobId.FromContent([]);
            Func<Task>[] calls =
            [
                () => store.GetRevisionAsync(cancelled).AsTask(),
                () => store.GetAsync("a", cancelled).AsTask(),
                () => CollectAsync(store.ListAsync(string.Empty, cancelled)),
                () => CollectAsync(store.ReadStreamAsync(new StreamQuery("s"), cancelled)),
                () => store.CommitAsync(new StateTransaction().Put("a", default), cancelled),
                () => CollectAsync(store.WatchAsync(0, cancelled)),
                () => store.Blobs.PutAsync(Stream.Null, cancelled),
                () => store.Blobs.OpenReadAsync(id, cancelled),
                () => store.Blobs.ExistsAsync(id, cancelled).AsTask(),
                () => store.Blobs.DeleteAsync(id, cancelled),
                () => store.Blobs.PutAllAsync([ReadOnlyMemory<byte>.Empty], cancelled),
                () => store.Blobs.DeleteAllAsync([id], cancelled),
                () => store.Leases.TryAcquireAsync("l", "a", Minute, cancelled),
                () => store.Leases.RenewAsync(lease, Minute, cancelled),
                () => store.Leases.ReleaseAsync(lease, cancelled),
                () => store.Leases.GetAsync("l", cancelled).AsTask(),
            ];
            foreach (Func<Task> call in calls)
                await Check.ThrowsAsync<OperationCanceledException>(call).ConfigureAwait(false);
            Check.Equal(0L, await store.GetRevisionAsync(cancellationToken).ConfigureAwait(false));
            Check.Equal(null, await store.Leases.GetAsync("l", cancellationToken).ConfigureAwait(false));
            Check.Equal(false, await store.Blobs.ExistsAsync(id, cancellationToken).ConfigureAwait(false));
        },
        cancellationToken);
}
