using System.Globalization;
using Varai.State;

namespace Varai.Testing.State;

public sealed partial class StateStoreContract
{
    /// <summary>One commit is one revision, for all its documents and entries.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task CommitAppliesEverythingUnderOneRevisionAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            await PutAsync(store, "old", "x", cancellationToken).ConfigureAwait(false);
            StateCommit commit = await store.CommitAsync(
                new StateTransaction().Put("a", Bytes("1"), 0).Put("b", Bytes("2")).Delete("old", 1).Append("s", Bytes("3"), 0), cancellationToken).ConfigureAwait(false);
            Check.Equal(2L, commit.Revision);
            Check.Equal(2L, await store.GetRevisionAsync(cancellationToken).ConfigureAwait(false));
            List<StateDocument> documents = await CollectAsync(store.ListAsync(string.Empty, cancellationToken)).ConfigureAwait(false);
            Check.Sequence(["a", "b"], documents.Select(document => document.Key));
            Check.That(documents.All(document => document.Revision == 2));
            Check.Equal(2L, (await CollectAsync(store.ReadStreamAsync(new StreamQuery("s"), cancellationToken)).ConfigureAwait(false)).Single().Revision);
        },
        cancellationToken);

    /// <summary>A commit returns the changes that watchers will see, with the new versions.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task CommitReportsWhatItChangedAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            await PutAsync(store, "a", "1", cancellationToken).ConfigureAwait(false);
            StateCommit commit = await store.CommitAsync(
                new StateTransaction().Append("s", Bytes("x")).Put("a", Bytes("2")).Expect("c", 0).Delete("b").Append("s", Bytes("y")), cancellationToken).ConfigureAwait(false);
            Check.Sequence(
                [
                    new StateChange(2, StateChangeKind.Append, "s", 1, false),
                    new StateChange(2, StateChangeKind.Put, "a", 2, false),
                    new StateChange(2, StateChangeKind.Append, "s", 2, true),
                ],
                commit.Changes);
            Check.Sequence(commit.Changes, await TakeAsync(store.WatchAsync(1, cancellationToken), 3).ConfigureAwait(false));
        },
        cancellationToken);

    /// <summary>One failed expectation undoes the whole transaction, wherever it stands in it.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task CommitAppliesNothingOnAConflictAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            await PutAsync(store, "a", "1", cancellationToken).ConfigureAwait(false);
            StateTransaction[] transactions =
            [
                new StateTransaction().Put("b", Bytes("x")).Delete("a").Append("s", Bytes("x")).Expect("c", 7),
                new StateTransaction().Put("c", Bytes("x"), 7).Put("b", Bytes("x")).Delete("a").Append("s", Bytes("x")),
                new StateTransaction().Put("b", Bytes("x")).Delete("a").Append("s", Bytes("x")).Append("s", Bytes("y"), 0),
            ];
            foreach (StateTransaction transaction in transactions)
                await Check.ThrowsAsync<StateConflictException>(() => store.CommitAsync(transaction, cancellationToken)).ConfigureAwait(false);
            Check.Equal(1L, await store.GetRevisionAsync(cancellationToken).ConfigureAwait(false));
            Check.Sequence(["a"], (await CollectAsync(store.ListAsync(string.Empty, cancellationToken)).ConfigureAwait(false)).Select(document => document.Key));
            Check.Equal(0, (await CollectAsync(store.ReadStreamAsync(new StreamQuery("s"), cancellationToken)).ConfigureAwait(false)).Count);
        },
        cancellationToken);

    /// <summary>A conflict says which document, what was expected and what was found.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task ConflictNamesKeyExpectedAndActualAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            await PutAsync(store, "a", "1", cancellationToken).ConfigureAwait(false);
            await PutAsync(store, "a", "2", cancellationToken).ConfigureAwait(false);
            StateConflictException conflict = await Check.ThrowsAsync<StateConflictException>(
                () => store.CommitAsync(new StateTransaction().Put("a", Bytes("3"), 1), cancellationToken)).ConfigureAwait(false);
            Check.Equal("a", conflict.Key);
            Check.Equal(1L, conflict.Expected);
            Check.Equal(2L, conflict.Actual);
            await store.CommitAsync(new StateTransaction().Delete("a"), cancellationToken).ConfigureAwait(false);
            conflict = await Check.ThrowsAsync<StateConflictException>(
                () => store.CommitAsync(new StateTransaction().Put("a", Bytes("3"), 2), cancellationToken)).ConfigureAwait(false);
            Check.Equal(0L, conflict.Actual);
        },
        cancellationToken);

    /// <summary>Version 0 creates, and refuses to replace.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task ExpectedVersionZeroMeansMustNotExistAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            var create = new StateTransaction().Put("a", Bytes("1"), 0);
            await store.CommitAsync(create, cancellationToken).ConfigureAwait(false);
            StateConflictException conflict = await Check.ThrowsAsync<StateConflictException>(() => store.CommitAsync(create, cancellationToken)).ConfigureAwait(false);
            Check.Equal(0L, conflict.Expected);
            Check.Equal(1L, conflict.Actual);
        },
        cancellationToken);

    /// <summary>A delete with an expected version takes only that version.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task DeleteWithAStaleVersionConflictsAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            await PutAsync(store, "a", "1", cancellationToken).ConfigureAwait(false);
            await PutAsync(store, "a", "2", cancellationToken).ConfigureAwait(false);
            await Check.ThrowsAsync<StateConflictException>(() => store.CommitAsync(new StateTransaction().Delete("a", 1), cancellationToken)).ConfigureAwait(false);
            await Check.ThrowsAsync<StateConflictException>(() => store.CommitAsync(new StateTransaction().Delete("b", 1), cancellationToken)).ConfigureAwait(false);
            Check.Found(await store.GetAsync("a", cancellationToken).ConfigureAwait(false));
        },
        cancellationToken);

    /// <summary>A check guards other operations and leaves its document alone.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task ExpectChecksWithoutChangingAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            await PutAsync(store, "a", "1", cancellationToken).ConfigureAwait(false);
            await store.CommitAsync(new StateTransaction().Expect("a", 1).Expect("none", 0).Put("b", Bytes("1")), cancellationToken).ConfigureAwait(false);
            Check.Equal(1L, Check.Found(await store.GetAsync("a", cancellationToken).ConfigureAwait(false)).Revision);
            await Check.ThrowsAsync<StateConflictException>(() => store.CommitAsync(new StateTransaction().Expect("a", 2), cancellationToken)).ConfigureAwait(false);
            await Check.ThrowsAsync<StateConflictException>(() => store.CommitAsync(new StateTransaction().Expect("a", 0), cancellationToken)).ConfigureAwait(false);
        },
        cancellationToken);

    /// <summary>Checks alone, and no operations at all, make no revision.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task ACommitThatChangesNothingMakesNoRevisionAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            await PutAsync(store, "a", "1", cancellationToken).ConfigureAwait(false);
            Check.Equal(1L, (await store.CommitAsync(new StateTransaction().Expect("a", 1), cancellationToken).ConfigureAwait(false)).Revision);
            Check.Equal(1L, (await store.CommitAsync(new StateTransaction(), cancellationToken).ConfigureAwait(false)).Revision);
            Check.Equal(2L, (await PutAsync(store, "a", "1", cancellationToken).ConfigureAwait(false)).Revision);
        },
        cancellationToken);

    /// <summary>A store leaves the transaction as it was.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task ATransactionMayBeCommittedAgainAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            StateTransaction transaction = new StateTransaction().Put("a", Bytes("1")).Append("s", Bytes("1"));
            await store.CommitAsync(transaction, cancellationToken).ConfigureAwait(false);
            StateCommit second = await store.CommitAsync(transaction, cancellationToken).ConfigureAwait(false);
            Check.Sequence([2L, 2L], second.Changes.Select(change => change.Version));
        },
        cancellationToken);

    /// <summary>Writers that read, add one and put with the version they read lose no addition.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task ConcurrentIncrementsLoseNoUpdateAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            const int Writers = 4;
            const int Increments = 25;
            await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(
                async () =>
                {
                    for (int i = 0; i < Increments; i++)
                        await IncrementAsync(store, cancellationToken).ConfigureAwait(false);
                },
                cancellationToken))).ConfigureAwait(false);
            StateDocument counter = Check.Found(await store.GetAsync("counter", cancellationToken).ConfigureAwait(false));
            Check.Content((Writers * Increments).ToString(CultureInfo.InvariantCulture), counter.Content);
            Check.Equal((long)Writers * Increments, counter.Version);
            Check.Equal((long)Writers * Increments, await store.GetRevisionAsync(cancellationToken).ConfigureAwait(false));
        },
        cancellationToken);

    private static async Task IncrementAsync(IStateStore store, CancellationToken cancellationToken)
    {
        while (true)
        {
            StateDocument? document = await store.GetAsync("counter", cancellationToken).ConfigureAwait(false);
            int value = document is null ? 0 : int.Parse(document.Content.Span, CultureInfo.InvariantCulture);
            var next = new StateTransaction().Put("counter", Bytes((value + 1).ToString(CultureInfo.InvariantCulture)), document?.Version ?? 0);
            try
            {
                await store.CommitAsync(next, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (StateConflictException)
            {
                // Another writer was faster, which is the point of the clause: read again.
                await Task.Yield();
            }
        }
    }
}
