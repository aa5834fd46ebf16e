using System.Globalization;
using Varai.State;

namespace Varai.Testing.State;

public sealed partial class StateStoreContract
{
    /// <summary>A stream nobody appended to has no entries and is no error.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task StreamOfNoEntriesIsEmptyAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store => Check.Equal(0, (await CollectAsync(store.ReadStreamAsync(new StreamQuery("s"), cancellationToken)).ConfigureAwait(false)).Count),
        cancellationToken);

    /// <summary>Entries are numbered from 1 without gaps, also over failed commits, and keep content, revision and time.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task AppendNumbersEntriesFromOneAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async (store, clock) =>
        {
            DateTimeOffset first = clock.GetUtcNow();
            await store.CommitAsync(new StateTransaction().Append("s", Bytes("one"), 0), cancellationToken).ConfigureAwait(false);
            await Check.ThrowsAsync<StateConflictException>(
                () => store.CommitAsync(new StateTransaction().Append("s", Bytes("never")).Expect("x", 1), cancellationToken)).ConfigureAwait(false);
            clock.Advance(TimeSpan.FromTicks(1));
            await store.CommitAsync(new StateTransaction().Append("s", Bytes("two"), 1), cancellationToken).ConfigureAwait(false);
            List<StreamEntry> entries = await CollectAsync(store.ReadStreamAsync(new StreamQuery("s"), cancellationToken)).ConfigureAwait(false);
            Check.Sequence(
                [("s", 1L, 1L, first.UtcTicks), ("s", 2L, 2L, first.UtcTicks + 1)],
                entries.Select(entry => (entry.Stream, entry.Sequence, entry.Revision, entry.Appended.UtcTicks)));
            Check.Content("one", entries[0].Content);
            Check.Content("two", entries[1].Content);
        },
        cancellationToken);

    /// <summary>Several entries of one transaction stand in the order they were added.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task AppendMayRepeatAStreamInOneTransactionAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            await store.CommitAsync(new StateTransaction().Append("s", Bytes("1"), 0).Append("t", Bytes("x")).Append("s", Bytes("2"), 1), cancellationToken).ConfigureAwait(false);
            Check.Sequence([1L, 2L], (await CollectAsync(store.ReadStreamAsync(new StreamQuery("s"), cancellationToken)).ConfigureAwait(false)).Select(entry => entry.Sequence));
        },
        cancellationToken);

    /// <summary>An append that expects another last sequence is refused.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task AppendWithAStaleSequenceConflictsAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            await store.CommitAsync(new StateTransaction().Append("s", Bytes("1")), cancellationToken).ConfigureAwait(false);
            StateConflictException conflict = await Check.ThrowsAsync<StateConflictException>(
                () => store.CommitAsync(new StateTransaction().Append("s", Bytes("2"), 0), cancellationToken)).ConfigureAwait(false);
            Check.Equal(("s", 0L, 1L), (conflict.Key, conflict.Expected, conflict.Actual));
            await Check.ThrowsAsync<StateConflictException>(
                () => store.CommitAsync(new StateTransaction().Append("s", Bytes("2"), 2), cancellationToken)).ConfigureAwait(false);
        },
        cancellationToken);

    /// <summary>A stream and a document of one name don't know each other.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task StreamsAndDocumentsDoNotShareNamesAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            await store.CommitAsync(new StateTransaction().Put("a", Bytes("document"), 0).Append("a", Bytes("entry"), 0), cancellationToken).ConfigureAwait(false);
            await store.CommitAsync(new StateTransaction().Delete("a"), cancellationToken).ConfigureAwait(false);
            Check.Content("entry", (await CollectAsync(store.ReadStreamAsync(new StreamQuery("a"), cancellationToken)).ConfigureAwait(false)).Single().Content);
        },
        cancellationToken);

    /// <summary>After, before, limit and direction select what they say, alone and together.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task ReadStreamSelectsAndOrdersAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            var transaction = new StateTransaction();
            for (int i = 1; i <= 9; i++)
                transaction.Append("s", Bytes(i.ToString(CultureInfo.InvariantCulture))).Append("t", default);
            await store.CommitAsync(transaction, cancellationToken).ConfigureAwait(false);
            (StreamQuery Query, long[] Sequences)[] cases =
            [
                (new StreamQuery("s") { After = 7 }, [8, 9]),
                (new StreamQuery("s") { Before = 3 }, [1, 2]),
                (new StreamQuery("s") { After = 2, Before = 5 }, [3, 4]),
                (new StreamQuery("s") { After = 2, Limit = 2 }, [3, 4]),
                (new StreamQuery("s") { Backwards = true, Limit = 2 }, [9, 8]),
                (new StreamQuery("s") { Backwards = true, Before = 5, After = 1 }, [4, 3, 2]),
                (new StreamQuery("s") { Backwards = true, Before = 5, Limit = 1 }, [4]),
                (new StreamQuery("s") { Limit = 0 }, []),
                (new StreamQuery("s") { After = 9 }, []),
                (new StreamQuery("s") { After = 100, Before = 1 }, []),
                (new StreamQuery("s") { After = -5, Before = long.MinValue }, []),
                (new StreamQuery("s") { After = long.MinValue, Before = 2 }, [1]),
            ];
            foreach ((StreamQuery query, long[] sequences) in cases)
                Check.Sequence(sequences, (await CollectAsync(store.ReadStreamAsync(query, cancellationToken)).ConfigureAwait(false)).Select(entry => entry.Sequence), query.ToString());
        },
        cancellationToken);

    /// <summary>An entry appended while a stream is read is not part of that reading.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task ReadStreamSeesOneRevisionAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            await store.CommitAsync(new StateTransaction().Append("s", Bytes("1")).Append("s", Bytes("2")), cancellationToken).ConfigureAwait(false);
            int count = 0;
            await foreach (StreamEntry entry in store.ReadStreamAsync(new StreamQuery("s"), cancellationToken).ConfigureAwait(false))
            {
                count++;
                await store.CommitAsync(new StateTransaction().Append("s", Bytes("later")), cancellationToken).ConfigureAwait(false);
            }

            Check.Equal(2, count);
        },
        cancellationToken);
}
