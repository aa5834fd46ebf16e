using Varai.State;

namespace Varai.Testing.State;

public sealed partial class StateStoreContract
{
    /// <summary>A key nobody put has no document.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task GetReturnsNullForAMissingDocumentAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            Check.Equal(null, await store.GetAsync("a", cancellationToken).ConfigureAwait(false));
            Check.Equal(0L, await store.GetRevisionAsync(cancellationToken).ConfigureAwait(false));
        },
        cancellationToken);

    /// <summary>A document knows its version, the revision of its last change and its time.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task PutStoresContentVersionRevisionAndTimeAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async (store, clock) =>
        {
            await PutAsync(store, "other", "x", cancellationToken).ConfigureAwait(false);
            await PutAsync(store, "a", "one", cancellationToken).ConfigureAwait(false);
            clock.Advance(TimeSpan.FromTicks(12_345_678));
            await PutAsync(store, "a", "two", cancellationToken).ConfigureAwait(false);
            StateDocument document = Check.Found(await store.GetAsync("a", cancellationToken).ConfigureAwait(false));
            Check.Content("two", document.Content);
            Check.Equal("a", document.Key);
            Check.Equal(2L, document.Version);
            Check.Equal(3L, document.Revision);
            Check.Equal(clock.GetUtcNow(), document.Modified);
            Check.Equal(TimeSpan.Zero, document.Modified.Offset);
        },
        cancellationToken);

    /// <summary>An empty content is a content: the document exists.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task PutKeepsEmptyContentAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            await store.CommitAsync(new StateTransaction().Put("a", default).Append("s", default), cancellationToken).ConfigureAwait(false);
            Check.Content(string.Empty, Check.Found(await store.GetAsync("a", cancellationToken).ConfigureAwait(false)).Content);
            Check.Equal(1, (await CollectAsync(store.ListAsync("a", cancellationToken)).ConfigureAwait(false)).Count);
            Check.Equal(1, (await CollectAsync(store.ReadStreamAsync(new StreamQuery("s"), cancellationToken)).ConfigureAwait(false)).Count);
        },
        cancellationToken);

    /// <summary>After the commit the caller may use its buffer for something else.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task PutCopiesTheCallersBytesAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            byte[] buffer = Bytes("kept");
            await store.CommitAsync(new StateTransaction().Put("a", buffer).Append("s", buffer), cancellationToken).ConfigureAwait(false);
            buffer.AsSpan().Clear();
            Check.Content("kept", (await store.GetAsync("a", cancellationToken).ConfigureAwait(false))?.Content);
            Check.Content("kept", (await CollectAsync(store.ReadStreamAsync(new StreamQuery("s"), cancellationToken)).ConfigureAwait(false))[0].Content);
        },
        cancellationToken);

    /// <summary>A deleted document is neither got nor listed.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task DeleteRemovesTheDocumentAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            await PutAsync(store, "a", "one", cancellationToken).ConfigureAwait(false);
            StateCommit commit = await store.CommitAsync(new StateTransaction().Delete("a", 1), cancellationToken).ConfigureAwait(false);
            Check.Sequence([new StateChange(2, StateChangeKind.Delete, "a", 1, true)], commit.Changes);
            Check.Equal(null, await store.GetAsync("a", cancellationToken).ConfigureAwait(false));
            Check.Equal(0, (await CollectAsync(store.ListAsync(string.Empty, cancellationToken)).ConfigureAwait(false)).Count);
        },
        cancellationToken);

    /// <summary>Deleting what is not there succeeds and makes no revision.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task DeleteOfAMissingDocumentChangesNothingAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            await PutAsync(store, "a", "one", cancellationToken).ConfigureAwait(false);
            StateCommit commit = await store.CommitAsync(new StateTransaction().Delete("b"), cancellationToken).ConfigureAwait(false);
            Check.Equal(1L, commit.Revision);
            Check.Equal(0, commit.Changes.Count);
        },
        cancellationToken);

    /// <summary>An expected version never matches a document that was deleted and made again.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task VersionsGoOnAfterADeleteAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            await PutAsync(store, "a", "one", cancellationToken).ConfigureAwait(false);
            await store.CommitAsync(new StateTransaction().Delete("a"), cancellationToken).ConfigureAwait(false);
            await store.CommitAsync(new StateTransaction().Put("a", Bytes("two"), 0), cancellationToken).ConfigureAwait(false);
            Check.Equal(2L, Check.Found(await store.GetAsync("a", cancellationToken).ConfigureAwait(false)).Version);
        },
        cancellationToken);

    /// <summary>Keys that differ in case, in normalisation or in trailing space are different keys.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task KeysAreComparedOrdinallyAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            string[] keys = ["key", "Key", "key ", "\u00e9", "e\u0301", "ss", "\u00df"];
            foreach (string key in keys)
                await PutAsync(store, key, key, cancellationToken).ConfigureAwait(false);
            foreach (string key in keys)
                Check.Content(key, (await store.GetAsync(key, cancellationToken).ConfigureAwait(false))?.Content);
        },
        cancellationToken);

    /// <summary>The longest keys and every plane of Unicode come back as they were.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task KeysMayUseTheWholeOfUnicodeAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            string[] keys = [new('k', StateKey.MaxLength), new('\u20ac', StateKey.MaxLength), "\U0010FFFF\U0001F600", "a/b:c*d%e'f\"g;--"];
            foreach (string key in keys)
                await store.CommitAsync(new StateTransaction().Put(key, Bytes("x")).Append(key, Bytes("x")), cancellationToken).ConfigureAwait(false);
            List<StateDocument> listed = await CollectAsync(store.ListAsync(string.Empty, cancellationToken)).ConfigureAwait(false);
            Check.Sequence(keys.Order(StateKey.Comparer), listed.Select(document => document.Key));
            foreach (string key in keys)
                Check.Equal(1, (await CollectAsync(store.ReadStreamAsync(new StreamQuery(key), cancellationToken)).ConfigureAwait(false)).Count);
        },
        cancellationToken);

    /// <summary>A listing has exactly the keys with the prefix, sorted by code point and not by UTF-16 unit.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task ListFindsThePrefixInCodePointOrderAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            string[] keys = ["b", "a/2", "a/10", "a", "a/", "A/1", "a0", "a/\uffee", "a/\U0001F600", "a/\U0010FFFFz", "\uD7FF", "\uD7FFx", "\uE000"];
            var transaction = new StateTransaction();
            foreach (string key in keys)
                transaction.Put(key, Bytes(key));
            await store.CommitAsync(transaction, cancellationToken).ConfigureAwait(false);
            foreach (string prefix in (string[])[string.Empty, "a/", "a", "b", "c", "\uD7FF", "a/\U0010FFFF", "\U0010FFFF"])
            {
                IEnumerable<string> expected = keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).Order(StateKey.Comparer);
                List<StateDocument> found = await CollectAsync(store.ListAsync(prefix, cancellationToken)).ConfigureAwait(false);
                Check.Sequence(expected, found.Select(document => document.Key));
                Check.That(found.All(document => document.Content.Span.SequenceEqual(Bytes(document.Key)) && document is { Version: 1, Revision: 1 }));
            }
        },
        cancellationToken);

    /// <summary>A prefix is plain text in any language a database speaks.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task ListTakesNoCharacterAsAWildcardAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            foreach (string key in (string[])["a%b", "aXb", "a_b", "a*b", "a[b", "a'b"])
                await PutAsync(store, key, key, cancellationToken).ConfigureAwait(false);
            foreach (string prefix in (string[])["a%", "a_", "a*", "a[", "a'"])
                Check.Sequence([prefix + "b"], (await CollectAsync(store.ListAsync(prefix, cancellationToken)).ConfigureAwait(false)).Select(document => document.Key));
        },
        cancellationToken);

    /// <summary>A commit during a listing is not in it, not even half.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task ListSeesOneRevisionAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            var first = new StateTransaction();
            for (int i = 0; i < 100; i++)
                first.Put($"k/{i:D3}", Bytes("old"));
            await store.CommitAsync(first, cancellationToken).ConfigureAwait(false);
            var contents = new List<StateDocument>();
            await foreach (StateDocument document in store.ListAsync("k/", cancellationToken).ConfigureAwait(false))
            {
                if (contents.Count == 1)
                    await store.CommitAsync(new StateTransaction().Put("k/050", Bytes("new")).Delete("k/060").Put("k/200", Bytes("new")), cancellationToken).ConfigureAwait(false);
                contents.Add(document);
            }

            Check.Equal(100, contents.Count);
            Check.That(contents.All(document => document.Content.Span.SequenceEqual("old"u8)));
        },
        cancellationToken);

    /// <summary>Names that <see cref="StateKey"/> refuses are refused wherever one is given.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task InvalidNamesAreRefusedAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            string tooLong = new('k', StateKey.MaxLength + 1);
            foreach (string name in (string[])[string.Empty, tooLong, "a\nb", "a\0", "\u0085", "\uD800", "x\uDC00y"])
            {
                await Check.ThrowsAsync<ArgumentException>(() => store.GetAsync(name, cancellationToken).AsTask()).ConfigureAwait(false);
                await Check.ThrowsAsync<ArgumentException>(() => store.Leases.GetAsync(name, cancellationToken).AsTask()).ConfigureAwait(false);
                await Check.ThrowsAsync<ArgumentException>(() => store.Leases.TryAcquireAsync(name, "holder", TimeSpan.FromSeconds(1), cancellationToken)).ConfigureAwait(false);
                await Check.ThrowsAsync<ArgumentException>(() => store.Leases.TryAcquireAsync("lease", name, TimeSpan.FromSeconds(1), cancellationToken)).ConfigureAwait(false);
                if (name.Length > 0)
                    await Check.ThrowsAsync<ArgumentException>(() => CollectAsync(store.ListAsync(name, cancellationToken))).ConfigureAwait(false);
            }
        },
        cancellationToken);
}
