using System.Globalization;
using System.Text;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Varai.State;

namespace Varai.Tests.State;

/// <summary>One random sequence of everything a store can do, each step compared with <see cref="StateModel"/>.</summary>
/// <param name="clock">The model's clock, which is also the store's unless it has one of its own.</param>
/// <param name="store">The store, empty.</param>
/// <param name="reopen">Opens the same store again.</param>
/// <param name="advance">For a store with a clock of its own: lets so much time pass in it. Times are then not compared.</param>
internal sealed class StateModelRun(FakeTimeProvider clock, IStateStore store, Func<IStateStore> reopen, Func<TimeSpan, Task>? advance = null)
{
    private static readonly string[] Keys = ["a", "a/1", "a/2", "b", "\uFFEE", "\U0001F600"];
    private static readonly string[] Names = ["s", "t", "a"];
    private static readonly string[] Leases = ["l", "m"];

    /// <summary>So few that a watch often asks for what was forgotten; below 20 the stores forget one by one.</summary>
    public const int ChangeRetention = 6;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

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

    /// <summary>The sequences to run.</summary>
    public static Gen<List<Action>> Actions { get; } = GenAction.List[1, 40];

    public static string Print(List<Action> actions) => string.Join("\n", actions);

    // A clock of its own goes on meanwhile: a lease of a second would end while the store is at work.
    private TimeSpan Unit => advance is null ? TimeSpan.FromSeconds(1) : TimeSpan.FromMinutes(1);

    public async Task RunAsync(List<Action> actions)
    {
        IStateStore current = store;
        var model = new StateModel();
        var held = new Lease?[Leases.Length];
        foreach (Action action in actions)
        {
            DateTimeOffset now = clock.GetUtcNow();
            switch (action)
            {
                case CommitAction commit:
                    await CommitAsync(commit, current, model, held, now);
                    break;
                case AcquireAction acquire:
                    TimeSpan duration = Unit * acquire.Seconds;
                    Lease? expected = model.Acquire(Leases[acquire.Lease], "h", duration, now);
                    Lease? acquired = await current.Leases.TryAcquireAsync(Leases[acquire.Lease], "h", duration, Token);
                    AssertSame(expected, acquired);
                    held[acquire.Lease] = acquired ?? held[acquire.Lease];
                    break;
                case RenewAction renew when held[renew.Lease] is { } lease:
                    TimeSpan longer = Unit * renew.Seconds;
                    if (model.Renew(lease, longer, now) is { } renewed)
                        AssertSame(renewed, await current.Leases.RenewAsync(lease, longer, Token));
                    else
                        await Assert.ThrowsAsync<LeaseLostException>(() => current.Leases.RenewAsync(lease, longer, Token));
                    break;
                case ReleaseAction release when held[release.Lease] is { } lease:
                    model.Release(lease);
                    await current.Leases.ReleaseAsync(lease, Token);
                    break;
                case AdvanceAction passing:
                    clock.Advance(Unit * passing.Seconds);
                    if (advance is not null)
                        await advance(Unit * passing.Seconds);
                    break;
                case PutBlobAction put:
                    Assert.Equal(BlobId.FromContent(GetBlob(put.Blob)), await current.Blobs.PutAsync(GetBlob(put.Blob), Token));
                    model.Blobs.Add(put.Blob);
                    break;
                case DeleteBlobAction delete:
                    Assert.Equal(model.Blobs.Remove(delete.Blob), await current.Blobs.DeleteAsync(BlobId.FromContent(GetBlob(delete.Blob)), Token));
                    break;
                case WatchAction watch:
                    await CheckChangesAsync(Math.Min(watch.After, model.Revision), current, model);
                    break;
                case ReopenAction:
                    current = reopen();
                    break;
            }

            Assert.Equal(model.Revision, await current.GetRevisionAsync(Token));
        }

        await CheckAllAsync(current, model, clock.GetUtcNow());
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
            StateCommit commit = await store.CommitAsync(transaction, Token);
            Assert.Equal(model.Revision, commit.Revision);
            Assert.Equal(model.Changes.Skip(before), commit.Changes);
        }
        else if (error == nameof(LeaseLostException))
        {
            await Assert.ThrowsAsync<LeaseLostException>(() => store.CommitAsync(transaction, Token));
        }
        else
        {
            StateConflictException conflict = await Assert.ThrowsAsync<StateConflictException>(() => store.CommitAsync(transaction, Token));
            Assert.Equal(error, string.Create(CultureInfo.InvariantCulture, $"{nameof(StateConflictException)} {conflict.Key} {conflict.Expected} {conflict.Actual}"));
        }
    }

    private async Task CheckAllAsync(IStateStore store, StateModel model, DateTimeOffset now)
    {
        foreach (string prefix in (string[])["", "a", "a/", "\uFFEE", "c"])
        {
            var listed = new List<(string, string, long, long, DateTimeOffset)>();
            await foreach (StateDocument document in store.ListAsync(prefix, Token))
                listed.Add((document.Key, Encoding.UTF8.GetString(document.Content.Span), document.Version, document.Revision, advance is null ? document.Modified : default));
            Assert.Equal(
                model.Documents.Where(document => document.Key.StartsWith(prefix, StringComparison.Ordinal))
                    .Select(document => advance is null ? document : document with { Modified = default }),
                listed);
        }

        foreach (string key in Keys)
            Assert.Equal(model.GetVersion(key), (await store.GetAsync(key, Token))?.Version ?? 0);
        foreach (string name in Names)
        {
            var entries = new List<string>();
            await foreach (StreamEntry entry in store.ReadStreamAsync(new StreamQuery(name), Token))
            {
                entries.Add(Encoding.UTF8.GetString(entry.Content.Span));
                Assert.Equal(entries.Count, entry.Sequence);
            }

            Assert.Equal(model.Streams.GetValueOrDefault(name) ?? [], entries);
        }

        for (int blob = 0; blob < 5; blob++)
            Assert.Equal(model.Blobs.Contains(blob) ? GetBlob(blob) : null, await store.Blobs.ReadAsync(BlobId.FromContent(GetBlob(blob)), Token));
        foreach (string lease in Leases)
            AssertSame(model.GetLease(lease, now), await store.Leases.GetAsync(lease, Token));
        await CheckChangesAsync(0, store, model);
    }

    private void AssertSame(Lease? expected, Lease? actual)
    {
        DateTimeOffset end = expected?.ExpiresAt ?? default;
        Assert.Equal(expected, advance is null ? actual : actual is null ? null : actual with { ExpiresAt = end });
    }

    private static async Task CheckChangesAsync(long after, IStateStore store, StateModel model)
    {
        List<StateChange> expected = after < model.Revision - ChangeRetention
            ? [new StateChange(model.Revision, StateChangeKind.Reset, string.Empty, 0, EndsCommit: true)]
            : model.Changes.FindAll(change => change.Revision > after);
        var found = new List<StateChange>();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using IAsyncEnumerator<StateChange> changes = store.WatchAsync(after, limit.Token).GetAsyncEnumerator(limit.Token);
        while (found.Count < expected.Count)
        {
            Assert.True(await changes.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60), Token));
            found.Add(changes.Current);
        }

        Assert.Equal(expected, found);

        // What is there comes without waiting, so a watch that waits has nothing more.
        Task<bool> next = changes.MoveNextAsync().AsTask();
        Assert.False(next.IsCompleted);
        await limit.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    private static byte[] GetBlob(int index) => Encoding.UTF8.GetBytes(new string((char)('a' + index), index * 90_000));

    internal abstract record Action;

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
