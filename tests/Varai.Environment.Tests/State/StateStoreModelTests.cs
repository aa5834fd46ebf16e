using System.Globalization;
using System.Text;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Varai.State;

namespace Varai.Tests.State;

/// <summary>Random sequences of everything a store can do, each step compared with <see cref="StateModel"/>.</summary>
public sealed class StateStoreModelTests
{
    private static readonly string[] Keys = ["a", "a/1", "a/2", "b", "\uFFEE", "\U0001F600"];
    private static readonly string[] Names = ["s", "t", "a"];
    private static readonly string[] Leases = ["l", "m"];

    // The version is relative to the present one, so that right, stale and future expectations all come up often.
    private static readonly Gen<Step> GenOperation =
        from kind in Gen.Int[0, 3]
        from name in Gen.Int[0, 5]
        from size in Gen.Frequency((8, Gen.Int[0, 20]), (1, Gen.Int[4000, 9000]))
        from expected in Gen.Frequency((4, Gen.Const((int?)null)), (4, Gen.Const((int?)0)), (1, Gen.Const((int?)-1)), (1, Gen.Const((int?)1)))
        select new Step((StateOperationKind)kind, name, size, expected);

    private static readonly Gen<Action> GenAction = Gen.Frequency(
        (10, from steps in GenOperation.List[0, 5] from lease in Gen.Int[-6, 1] select (Action)new CommitAction(steps, lease)),
        (2, from lease in Gen.Int[0, 1] from seconds in Gen.Int[1, 30] select (Action)new AcquireAction(lease, seconds)),
        (1, from lease in Gen.Int[0, 1] from seconds in Gen.Int[1, 30] select (Action)new RenewAction(lease, seconds)),
        (1, from lease in Gen.Int[0, 1] select (Action)new ReleaseAction(lease)),
        (2, from seconds in Gen.Int[1, 20] select (Action)new AdvanceAction(seconds)),
        (2, from blob in Gen.Int[0, 4] select (Action)new PutBlobAction(blob)),
        (1, from blob in Gen.Int[0, 4] select (Action)new DeleteBlobAction(blob)),
        (1, from revision in Gen.Int[0, 20] select (Action)new WatchAction(revision)),
        (1, Gen.Const((Action)new ReopenAction())));

    [Fact]
    public Task InMemoryStateStore_does_what_the_model_does() =>
        GenAction.List[1, 40].SampleAsync(
            async actions =>
            {
                var clock = new FakeTimeProvider();
                var store = new InMemoryStateStore(new StateOptions(), clock);
                await RunAsync(actions, clock, store, reopen: () => store);
            },
            iter: 300, print: Print);

    [Fact]
    public Task SqliteStateStore_does_what_the_model_does() =>
        GenAction.List[1, 40].SampleAsync(
            async actions =>
            {
                using var folder = new StateFolder();
                var clock = new FakeTimeProvider();
                SqliteStateStore store = folder.Open(clock);
                await RunAsync(
                    actions, clock, store,
                    reopen: () =>
                    {
                        store.Dispose();
                        return store = folder.Open(clock);
                    });
                store.Dispose();
                Assert.Equal("ok", folder.ExecuteRaw("PRAGMA integrity_check"));
                Assert.Equal(0L, folder.ExecuteRaw("SELECT count(*) FROM blobs WHERE hash IS NULL"));
                Assert.Equal(0L, folder.ExecuteRaw("SELECT count(*) FROM chunks WHERE blob NOT IN (SELECT id FROM blobs)"));
            },
            iter: 60, print: Print);

    private static string Print(List<Action> actions) => string.Join("\n", actions);

    private static async Task RunAsync(List<Action> actions, FakeTimeProvider clock, IStateStore store, Func<IStateStore> reopen)
    {
        var model = new StateModel();
        var held = new Lease?[Leases.Length];
        foreach (Action action in actions)
        {
            DateTimeOffset now = clock.GetUtcNow();
            switch (action)
            {
                case CommitAction commit:
                    await CommitAsync(commit, store, model, held, now);
                    break;
                case AcquireAction acquire:
                    TimeSpan duration = TimeSpan.FromSeconds(acquire.Seconds);
                    Lease? expected = model.Acquire(Leases[acquire.Lease], "h", duration, now);
                    Assert.Equal(expected, await store.Leases.TryAcquireAsync(Leases[acquire.Lease], "h", duration, default));
                    held[acquire.Lease] = expected ?? held[acquire.Lease];
                    break;
                case RenewAction renew when held[renew.Lease] is { } lease:
                    TimeSpan longer = TimeSpan.FromSeconds(renew.Seconds);
                    if (model.Renew(lease, longer, now) is { } renewed)
                        Assert.Equal(renewed, await store.Leases.RenewAsync(lease, longer, default));
                    else
                        await Assert.ThrowsAsync<LeaseLostException>(() => store.Leases.RenewAsync(lease, longer, default));
                    break;
                case ReleaseAction release when held[release.Lease] is { } lease:
                    model.Release(lease);
                    await store.Leases.ReleaseAsync(lease, default);
                    break;
                case AdvanceAction advance:
                    clock.Advance(TimeSpan.FromSeconds(advance.Seconds));
                    break;
                case PutBlobAction put:
                    Assert.Equal(BlobId.FromContent(GetBlob(put.Blob)), await store.Blobs.PutAsync(GetBlob(put.Blob), default));
                    model.Blobs.Add(put.Blob);
                    break;
                case DeleteBlobAction delete:
                    Assert.Equal(model.Blobs.Remove(delete.Blob), await store.Blobs.DeleteAsync(BlobId.FromContent(GetBlob(delete.Blob)), default));
                    break;
                case WatchAction watch:
                    await CheckChangesAsync(Math.Min(watch.After, model.Revision), store, model);
                    break;
                case ReopenAction:
                    store = reopen();
                    break;
            }

            Assert.Equal(model.Revision, await store.GetRevisionAsync(default));
        }

        await CheckAllAsync(store, model, clock.GetUtcNow());
    }

    private static async Task CommitAsync(CommitAction action, IStateStore store, StateModel model, Lease?[] held, DateTimeOffset now)
    {
        var transaction = new StateTransaction();
        var operations = new List<(StateOperationKind, string, string, long?)>();
        var appended = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (Step step in action.Steps)
        {
            string content = new((char)('a' + (step.Size % 26)), step.Size);
            bool isAppend = step.Kind == StateOperationKind.Append;
            string name = isAppend ? Names[step.Name % Names.Length] : Keys[step.Name];
            long actual = isAppend
                ? (model.Streams.GetValueOrDefault(name)?.Count ?? 0) + appended.GetValueOrDefault(name)
                : model.GetVersion(name);
            long? expected = step.Expected is { } offset ? Math.Max(actual + offset, step.Kind == StateOperationKind.Delete ? 1 : 0) : null;
            if (step.Kind == StateOperationKind.Expect)
                expected ??= actual;
            try
            {
                _ = step.Kind switch
                {
                    StateOperationKind.Put => transaction.Put(name, Encoding.UTF8.GetBytes(content), expected),
                    StateOperationKind.Delete => transaction.Delete(name, expected),
                    StateOperationKind.Append => transaction.Append(name, Encoding.UTF8.GetBytes(content), expected),
                    _ => transaction.Expect(name, expected!.Value),
                };
            }
            catch (ArgumentException)
            {
                // The second operation on one key: refused, and the transaction stays as it was.
                Assert.Contains(operations, operation => operation.Item2 == name && operation.Item1 != StateOperationKind.Append);
                continue;
            }

            operations.Add((step.Kind, name, content, expected));
            if (isAppend)
                appended[name] = appended.GetValueOrDefault(name) + 1;
        }

        if (action.Lease >= 0 && held[action.Lease] is { } lease)
            transaction.Require(lease);
        int before = model.Changes.Count;
        string? error = model.Commit(operations, transaction.RequiredLeases, now);
        if (error is null)
        {
            StateCommit commit = await store.CommitAsync(transaction, default);
            Assert.Equal(model.Revision, commit.Revision);
            Assert.Equal(model.Changes.Skip(before), commit.Changes);
        }
        else if (error == nameof(LeaseLostException))
        {
            await Assert.ThrowsAsync<LeaseLostException>(() => store.CommitAsync(transaction, default));
        }
        else
        {
            StateConflictException conflict = await Assert.ThrowsAsync<StateConflictException>(() => store.CommitAsync(transaction, default));
            Assert.Equal(error, string.Create(CultureInfo.InvariantCulture, $"{nameof(StateConflictException)} {conflict.Key} {conflict.Expected} {conflict.Actual}"));
        }
    }

    private static async Task CheckAllAsync(IStateStore store, StateModel model, DateTimeOffset now)
    {
        foreach (string prefix in (string[])["", "a", "a/", "\uFFEE", "c"])
        {
            var listed = new List<(string, string, long, long, DateTimeOffset)>();
            await foreach (StateDocument document in store.ListAsync(prefix, default))
                listed.Add((document.Key, Encoding.UTF8.GetString(document.Content.Span), document.Version, document.Revision, document.Modified));
            Assert.Equal(model.Documents.Where(document => document.Key.StartsWith(prefix, StringComparison.Ordinal)), listed);
        }

        foreach (string key in Keys)
            Assert.Equal(model.GetVersion(key), (await store.GetAsync(key, default))?.Version ?? 0);
        foreach (string name in Names)
        {
            var entries = new List<string>();
            await foreach (StreamEntry entry in store.ReadStreamAsync(new StreamQuery(name), default))
            {
                entries.Add(Encoding.UTF8.GetString(entry.Content.Span));
                Assert.Equal(entries.Count, entry.Sequence);
            }

            Assert.Equal(model.Streams.GetValueOrDefault(name) ?? [], entries);
        }

        for (int blob = 0; blob < 5; blob++)
            Assert.Equal(model.Blobs.Contains(blob) ? GetBlob(blob) : null, await store.Blobs.ReadAsync(BlobId.FromContent(GetBlob(blob)), default));
        foreach (string lease in Leases)
            Assert.Equal(model.GetLease(lease, now), await store.Leases.GetAsync(lease, default));
        await CheckChangesAsync(0, store, model);
    }

    private static async Task CheckChangesAsync(long after, IStateStore store, StateModel model)
    {
        List<StateChange> expected = model.Changes.FindAll(change => change.Revision > after);
        var found = new List<StateChange>();
        if (expected.Count > 0)
        {
            await foreach (StateChange change in store.WatchAsync(after, default))
            {
                found.Add(change);
                if (found.Count == expected.Count)
                    break;
            }
        }

        Assert.Equal(expected, found);
    }

    private static byte[] GetBlob(int index) => Encoding.UTF8.GetBytes(new string((char)('a' + index), index * 90_000));

    private abstract record Action;

    private sealed record Step(StateOperationKind Kind, int Name, int Size, int? Expected);

    private sealed record CommitAction(List<Step> Steps, int Lease) : Action
    {
        public override string ToString() => $"Commit lease {Lease}: {string.Join("; ", Steps)}";
    }

    private sealed record AcquireAction(int Lease, int Seconds) : Action;

    private sealed record RenewAction(int Lease, int Seconds) : Action;

    private sealed record ReleaseAction(int Lease) : Action;

    private sealed record AdvanceAction(int Seconds) : Action;

    private sealed record PutBlobAction(int Blob) : Action;

    private sealed record DeleteBlobAction(int Blob) : Action;

    private sealed record WatchAction(long After) : Action;

    private sealed record ReopenAction : Action;
}
