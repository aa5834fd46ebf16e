using Varai.State;

namespace Varai.Testing.State;

public sealed partial class StateStoreContract
{
    /// <summary>A watch first delivers what was, then what comes, with no gap and no repetition between the two.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task WatchReplaysThenFollowsAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            await PutAsync(store, "a", "1", cancellationToken).ConfigureAwait(false);
            await store.CommitAsync(new StateTransaction().Delete("a"), cancellationToken).ConfigureAwait(false);
            Task<List<StateChange>> watch = TakeAsync(store.WatchAsync(0, cancellationToken), 4);
            await store.CommitAsync(new StateTransaction().Append("s", Bytes("x")), cancellationToken).ConfigureAwait(false);
            await PutAsync(store, "a", "2", cancellationToken).ConfigureAwait(false);
            Check.Sequence(
                [
                    new StateChange(1, StateChangeKind.Put, "a", 1, true),
                    new StateChange(2, StateChangeKind.Delete, "a", 1, true),
                    new StateChange(3, StateChangeKind.Append, "s", 1, true),
                    new StateChange(4, StateChangeKind.Put, "a", 2, true),
                ],
                await watch.ConfigureAwait(false));
        },
        cancellationToken);

    /// <summary>A watch after the present revision delivers only what comes.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task WatchFromNowSkipsThePastAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            await PutAsync(store, "a", "1", cancellationToken).ConfigureAwait(false);
            long now = await store.GetRevisionAsync(cancellationToken).ConfigureAwait(false);
            Task<List<StateChange>> watch = TakeAsync(store.WatchAsync(now, cancellationToken), 1);
            await PutAsync(store, "b", "1", cancellationToken).ConfigureAwait(false);
            Check.Sequence([new StateChange(2, StateChangeKind.Put, "b", 1, true)], await watch.ConfigureAwait(false));
        },
        cancellationToken);

    /// <summary>The changes of a commit follow each other, and only the last one ends it.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task WatchMarksTheEndOfEachCommitAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            for (int i = 0; i < 3; i++)
            {
                var transaction = new StateTransaction();
                for (int k = 0; k < 400; k++)
                    transaction.Put($"k{k}", default);
                await store.CommitAsync(transaction, cancellationToken).ConfigureAwait(false);
            }

            List<StateChange> changes = await TakeAsync(store.WatchAsync(0, cancellationToken), 1200).ConfigureAwait(false);
            for (int i = 0; i < changes.Count; i++)
                Check.Equal(new StateChange(1 + (i / 400), StateChangeKind.Put, $"k{i % 400}", 1 + (i / 400), i % 400 == 399), changes[i]);
        },
        cancellationToken);

    /// <summary>Two watchers beside running writers see the same: every revision, once, in order.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task WatchDeliversEveryChangeOnceWhileWritersRunAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            const int Writers = 3;
            const int Commits = 30;
            const int Count = Writers * Commits * 2;
            Task<List<StateChange>>[] watches = [TakeAsync(store.WatchAsync(0, cancellationToken), Count), TakeAsync(store.WatchAsync(0, cancellationToken), Count)];
            await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(
                async () =>
                {
                    for (int i = 0; i < Commits; i++)
                        await store.CommitAsync(new StateTransaction().Put($"w{writer}", default).Append("s", default), cancellationToken).ConfigureAwait(false);
                },
                cancellationToken))).ConfigureAwait(false);
            foreach (Task<List<StateChange>> watch in watches)
            {
                List<StateChange> changes = await watch.ConfigureAwait(false);
                Check.Sequence(Enumerable.Range(0, Count).Select(i => 1L + (i / 2)), changes.Select(change => change.Revision));
                Check.Sequence(Enumerable.Range(1, Count / 2).Select(i => (long)i), changes.Where(change => change.Kind == StateChangeKind.Append).Select(change => change.Version));
            }
        },
        cancellationToken);

    /// <summary>A revision the store never had means the store was replaced: the watcher must read anew.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task WatchFromTheFutureResetsAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            await PutAsync(store, "a", "1", cancellationToken).ConfigureAwait(false);
            List<StateChange> changes = await TakeAsync(
                store.WatchAsync(1000, cancellationToken), 2, () => PutAsync(store, "a", "2", cancellationToken)).ConfigureAwait(false);
            Check.Sequence(
                [
                    new StateChange(1, StateChangeKind.Reset, string.Empty, 0, true),
                    new StateChange(2, StateChangeKind.Put, "a", 2, true),
                ],
                changes);
        },
        cancellationToken);

    /// <summary>A watch that waits ends when its token is cancelled.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task WatchEndsWithItsTokenAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Task<List<StateChange>> watch = CollectAsync(store.WatchAsync(0, stop.Token));
            await stop.CancelAsync().ConfigureAwait(false);
            await Check.ThrowsAsync<OperationCanceledException>(() => watch.WaitAsync(Patience, CancellationToken.None)).ConfigureAwait(false);
        },
        cancellationToken);
}
