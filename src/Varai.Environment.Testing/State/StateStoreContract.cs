using System.Text;
using Varai.State;

namespace Varai.Testing.State;

/// <summary>What every <see cref="IStateStore"/> must do, as methods that throw <see cref="ContractException"/> when it
/// doesn't. Call <see cref="RunAllAsync"/>, or <see cref="RunAsync"/> for each of <see cref="Clauses"/> from a theory
/// of the test framework at hand.</summary>
/// <param name="createAsync">Makes an empty store that takes its time from the given clock, or from its own when
/// <paramref name="advanceAsync"/> is given. It is called once for each clause, and the store is disposed after it where
/// it can be.</param>
/// <param name="advanceAsync">For a store with a clock of its own, such as a database server's: lets so much time pass in
/// the store, for instance by moving the ends of its leases back. Times are then checked by their order only.
/// <see langword="null"/>: the store goes by the given clock.</param>
/// <param name="trimAsync">Lets the store forget its oldest changes, the very first among them but not the last, for
/// instance by commits until its retention is exceeded; at least 100 revisions must be retained. <see langword="null"/>:
/// the store never forgets a change, and <see cref="WatchAfterATrimmedRevisionResetsAsync"/> has nothing to check.</param>
/// <remarks>Time-outs of the store that depend on the clock are never waited for; its polling should run by the clock's
/// timers, which are real.</remarks>
public sealed partial class StateStoreContract(
    Func<TimeProvider, CancellationToken, Task<IStateStore>> createAsync,
    Func<IStateStore, TimeSpan, CancellationToken, Task>? advanceAsync = null,
    Func<IStateStore, CancellationToken, Task>? trimAsync = null)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly Dictionary<string, Func<StateStoreContract, CancellationToken, Task>> Methods = new(StringComparer.Ordinal)
    {
        [nameof(GetReturnsNullForAMissingDocumentAsync)] = (c, t) => c.GetReturnsNullForAMissingDocumentAsync(t),
        [nameof(PutStoresContentVersionRevisionAndTimeAsync)] = (c, t) => c.PutStoresContentVersionRevisionAndTimeAsync(t),
        [nameof(PutKeepsEmptyContentAsync)] = (c, t) => c.PutKeepsEmptyContentAsync(t),
        [nameof(PutCopiesTheCallersBytesAsync)] = (c, t) => c.PutCopiesTheCallersBytesAsync(t),
        [nameof(DeleteRemovesTheDocumentAsync)] = (c, t) => c.DeleteRemovesTheDocumentAsync(t),
        [nameof(DeleteOfAMissingDocumentChangesNothingAsync)] = (c, t) => c.DeleteOfAMissingDocumentChangesNothingAsync(t),
        [nameof(VersionsGoOnAfterADeleteAsync)] = (c, t) => c.VersionsGoOnAfterADeleteAsync(t),
        [nameof(KeysAreComparedOrdinallyAsync)] = (c, t) => c.KeysAreComparedOrdinallyAsync(t),
        [nameof(KeysMayUseTheWholeOfUnicodeAsync)] = (c, t) => c.KeysMayUseTheWholeOfUnicodeAsync(t),
        [nameof(ListFindsThePrefixInCodePointOrderAsync)] = (c, t) => c.ListFindsThePrefixInCodePointOrderAsync(t),
        [nameof(ListTakesNoCharacterAsAWildcardAsync)] = (c, t) => c.ListTakesNoCharacterAsAWildcardAsync(t),
        [nameof(ListSeesOneRevisionAsync)] = (c, t) => c.ListSeesOneRevisionAsync(t),
        [nameof(InvalidNamesAreRefusedAsync)] = (c, t) => c.InvalidNamesAreRefusedAsync(t),
        [nameof(CommitAppliesEverythingUnderOneRevisionAsync)] = (c, t) => c.CommitAppliesEverythingUnderOneRevisionAsync(t),
        [nameof(CommitReportsWhatItChangedAsync)] = (c, t) => c.CommitReportsWhatItChangedAsync(t),
        [nameof(CommitAppliesNothingOnAConflictAsync)] = (c, t) => c.CommitAppliesNothingOnAConflictAsync(t),
        [nameof(ConflictNamesKeyExpectedAndActualAsync)] = (c, t) => c.ConflictNamesKeyExpectedAndActualAsync(t),
        [nameof(ExpectedVersionZeroMeansMustNotExistAsync)] = (c, t) => c.ExpectedVersionZeroMeansMustNotExistAsync(t),
        [nameof(DeleteWithAStaleVersionConflictsAsync)] = (c, t) => c.DeleteWithAStaleVersionConflictsAsync(t),
        [nameof(ExpectChecksWithoutChangingAsync)] = (c, t) => c.ExpectChecksWithoutChangingAsync(t),
        [nameof(ACommitThatChangesNothingMakesNoRevisionAsync)] = (c, t) => c.ACommitThatChangesNothingMakesNoRevisionAsync(t),
        [nameof(ATransactionMayBeCommittedAgainAsync)] = (c, t) => c.ATransactionMayBeCommittedAgainAsync(t),
        [nameof(ConcurrentIncrementsLoseNoUpdateAsync)] = (c, t) => c.ConcurrentIncrementsLoseNoUpdateAsync(t),
        [nameof(StreamOfNoEntriesIsEmptyAsync)] = (c, t) => c.StreamOfNoEntriesIsEmptyAsync(t),
        [nameof(AppendNumbersEntriesFromOneAsync)] = (c, t) => c.AppendNumbersEntriesFromOneAsync(t),
        [nameof(AppendMayRepeatAStreamInOneTransactionAsync)] = (c, t) => c.AppendMayRepeatAStreamInOneTransactionAsync(t),
        [nameof(AppendWithAStaleSequenceConflictsAsync)] = (c, t) => c.AppendWithAStaleSequenceConflictsAsync(t),
        [nameof(StreamsAndDocumentsDoNotShareNamesAsync)] = (c, t) => c.StreamsAndDocumentsDoNotShareNamesAsync(t),
        [nameof(ReadStreamSelectsAndOrdersAsync)] = (c, t) => c.ReadStreamSelectsAndOrdersAsync(t),
        [nameof(ReadStreamSeesOneRevisionAsync)] = (c, t) => c.ReadStreamSeesOneRevisionAsync(t),
        [nameof(WatchReplaysThenFollowsAsync)] = (c, t) => c.WatchReplaysThenFollowsAsync(t),
        [nameof(WatchFromNowSkipsThePastAsync)] = (c, t) => c.WatchFromNowSkipsThePastAsync(t),
        [nameof(WatchMarksTheEndOfEachCommitAsync)] = (c, t) => c.WatchMarksTheEndOfEachCommitAsync(t),
        [nameof(WatchDeliversEveryChangeOnceWhileWritersRunAsync)] = (c, t) => c.WatchDeliversEveryChangeOnceWhileWritersRunAsync(t),
        [nameof(WatchFromTheFutureResetsAsync)] = (c, t) => c.WatchFromTheFutureResetsAsync(t),
        [nameof(WatchAfterATrimmedRevisionResetsAsync)] = (c, t) => c.WatchAfterATrimmedRevisionResetsAsync(t),
        [nameof(WatchEndsWithItsTokenAsync)] = (c, t) => c.WatchEndsWithItsTokenAsync(t),
        [nameof(BlobsAreFoundByTheirHashAsync)] = (c, t) => c.BlobsAreFoundByTheirHashAsync(t),
        [nameof(BlobsOfManySizesComeBackWholeAsync)] = (c, t) => c.BlobsOfManySizesComeBackWholeAsync(t),
        [nameof(PuttingABlobTwiceKeepsOneAsync)] = (c, t) => c.PuttingABlobTwiceKeepsOneAsync(t),
        [nameof(BlobsArePutAndRemovedTogetherAsync)] = (c, t) => c.BlobsArePutAndRemovedTogetherAsync(t),
        [nameof(ABlobWhoseSourceFailsIsNotStoredAsync)] = (c, t) => c.ABlobWhoseSourceFailsIsNotStoredAsync(t),
        [nameof(BlobStreamsGoForwardOnlyAsync)] = (c, t) => c.BlobStreamsGoForwardOnlyAsync(t),
        [nameof(AMissingBlobIsNullAsync)] = (c, t) => c.AMissingBlobIsNullAsync(t),
        [nameof(DeletedBlobsAreGoneAsync)] = (c, t) => c.DeletedBlobsAreGoneAsync(t),
        [nameof(LeaseIsExclusiveAsync)] = (c, t) => c.LeaseIsExclusiveAsync(t),
        [nameof(LeaseEndsAtItsExpiryAsync)] = (c, t) => c.LeaseEndsAtItsExpiryAsync(t),
        [nameof(LeaseTokensOnlyGrowAsync)] = (c, t) => c.LeaseTokensOnlyGrowAsync(t),
        [nameof(RenewMovesTheExpiryAsync)] = (c, t) => c.RenewMovesTheExpiryAsync(t),
        [nameof(RenewOfALostLeaseThrowsAsync)] = (c, t) => c.RenewOfALostLeaseThrowsAsync(t),
        [nameof(ReleaseOfALostLeaseLeavesTheNewHolderAsync)] = (c, t) => c.ReleaseOfALostLeaseLeavesTheNewHolderAsync(t),
        [nameof(CommitUnderALostLeaseChangesNothingAsync)] = (c, t) => c.CommitUnderALostLeaseChangesNothingAsync(t),
        [nameof(CommitUnderARenewedLeaseTakesTheOldRecordAsync)] = (c, t) => c.CommitUnderARenewedLeaseTakesTheOldRecordAsync(t),
        [nameof(OneOfManyAcquirersWinsAsync)] = (c, t) => c.OneOfManyAcquirersWinsAsync(t),
        [nameof(CancelledTokensCancelEveryCallAsync)] = (c, t) => c.CancelledTokensCancelEveryCallAsync(t),
    };

    /// <summary>The names of all clauses, in the order they are run.</summary>
    public static IReadOnlyList<string> Clauses { get; } = [.. Methods.Keys];

    /// <summary>Runs one clause.</summary>
    /// <param name="clause">One of <see cref="Clauses"/>.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="ContractException">The store breaks the clause.</exception>
    /// <exception cref="ArgumentException">There is no such clause.</exception>
    public Task RunAsync(string clause, CancellationToken cancellationToken) => Methods.TryGetValue(clause, out var method)
        ? method(this, cancellationToken)
        : throw new ArgumentException($"The contract has no clause '{clause}'.", nameof(clause));

    /// <summary>Runs all clauses and reports all that are broken.</summary>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="ContractException">The store breaks clauses; the message names each.</exception>
    public async Task RunAllAsync(CancellationToken cancellationToken)
    {
        var broken = new StringBuilder();
        foreach (string clause in Clauses)
        {
            try
            {
                await RunAsync(clause, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                broken.Append("\n  ").Append(clause).Append(": ").Append(exception.Message);
            }
        }

        if (broken.Length > 0)
            throw new ContractException($"The store breaks its contract:{broken}");
    }

    private async Task WithStoreAsync(Func<IStateStore, StoreTime, Task> body, CancellationToken cancellationToken)
    {
        var clock = new ContractClock();
        IStateStore store = await createAsync(clock, cancellationToken).ConfigureAwait(false);
        try
        {
            var time = new StoreTime(clock, advanceAsync is null ? null : by => advanceAsync(store, by, cancellationToken));
            await body(store, time).ConfigureAwait(false);
        }
        finally
        {
            if (store is IAsyncDisposable asyncDisposable)
                await asyncDisposable.DisposeAsync().ConfigureAwait(false);
            else if (store is IDisposable disposable)
                disposable.Dispose();
        }
    }

    private Task WithStoreAsync(Func<IStateStore, Task> body, CancellationToken cancellationToken) =>
        WithStoreAsync((store, _) => body(store), cancellationToken);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static Task<StateCommit> PutAsync(IStateStore store, string key, string content, CancellationToken cancellationToken) =>
        store.CommitAsync(new StateTransaction().Put(key, Bytes(content)), cancellationToken);

    private static async Task<List<T>> CollectAsync<T>(IAsyncEnumerable<T> items)
    {
        var list = new List<T>();
        await foreach (T item in items.ConfigureAwait(false))
            list.Add(item);
        return list;
    }

    // A watch has no end, and one that misses a change would wait for ever.
    private static async Task<List<StateChange>> TakeAsync(IAsyncEnumerable<StateChange> changes, int count, Func<Task>? afterFirst = null)
    {
        var taken = new List<StateChange>();
        IAsyncEnumerator<StateChange> enumerator = changes.GetAsyncEnumerator(CancellationToken.None);
        try
        {
            while (taken.Count < count)
            {
                Task<bool> next = enumerator.MoveNextAsync().AsTask();
                try
                {
                    Check.That(await next.WaitAsync(Patience).ConfigureAwait(false), "the watch goes on");
                }
                catch (TimeoutException exception)
                {
                    throw new ContractException($"The watch delivered {taken.Count} of {count} changes, then nothing for {Patience}.", exception);
                }

                taken.Add(enumerator.Current);
                if (taken.Count == 1 && afterFirst is not null)
                    await afterFirst().ConfigureAwait(false);
            }
        }
        finally
        {
            // After a time-out the enumerator is still running and can't be disposed.
            if (taken.Count == count)
                await enumerator.DisposeAsync().ConfigureAwait(false);
        }

        return taken;
    }
}
