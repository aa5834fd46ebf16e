using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Varai.State;

namespace Varai.FeatureFlags.Rollouts;

/// <summary>Takes down what people want; the node that acts does it.</summary>
internal sealed class FlagRollouts(
    RolloutStore store,
    IFeatureFlagEditor editor,
    RolloutGuards guards,
    RolloutSignal signal,
    TimeProvider time,
    ILogger<FlagRollouts> logger) : IFlagRollouts
{
    // Every conflict means that somebody else got on; this many in a row mean that something is wrong.
    private const int MaximumAttempts = 20;

    // What an ended rollout did is in the history of the flag, too; more than this of a flag nobody looks up.
    private const int MostEnded = 20;

    private readonly GuardedLogger _logger = new(logger);

    public async Task<RolloutStatus> StartAsync(RolloutPlan plan, string author, string reason, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentException.ThrowIfNullOrWhiteSpace(author);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        if (plan.Steps.Count == 0)
            throw new ArgumentException($"The plan for the flag '{plan.Flag}' has no steps.", nameof(plan));
        if (plan.Guard is not null && !guards.IsRegistered(plan.Guard))
        {
            string known = string.Join(", ", guards.Names.Select(n => $"'{n}'"));
            throw new RolloutException(
                $"The rollout of '{plan.Flag}' names the guard '{plan.Guard}', which is not registered: add it with AddRolloutGuard. {(known.Length == 0 ? "No guard is." : $"Registered: {known}.")}");
        }

        FeatureFlagSet flags = await editor.GetAsync(cancellationToken).ConfigureAwait(false);
        FeatureFlagDefinition flag = flags.Find(plan.Flag)
            ?? throw new RolloutException($"There is no feature flag '{plan.Flag}' to roll out: define it first; it may be off.");
        if (RolloutFlag.FindProblem(flag, plan.By) is { } problem)
            throw new RolloutException($"The feature flag '{plan.Flag}' can't be rolled out like this: it {problem}.");

        for (int attempt = 1; ; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (RolloutIndex index, long version) = await store.GetIndexAsync(cancellationToken).ConfigureAwait(false);
            if (index.Active.FirstOrDefault(e => RolloutStore.IsFlag(e.Flag, plan.Flag)) is { } other)
            {
                throw new RolloutException(
                    $"The feature flag '{plan.Flag}' has a rollout already: {other.Id}{await DescribeAsync(other.Id, cancellationToken).ConfigureAwait(false)}. Abort it first, or let it end.");
            }

            DateTimeOffset now = time.GetUtcNow();
            RolloutDocument rollout = RolloutTransitions.Start(plan, Guid.CreateVersion7(now).ToString("N"), author, reason, now);
            try
            {
                IReadOnlyList<string> old = await store.FindOldAsync(plan.Flag, MostEnded, cancellationToken).ConfigureAwait(false);
                await store.AddAsync(rollout, old, index, version, cancellationToken).ConfigureAwait(false);
            }
            catch (StateConflictException) when (attempt < MaximumAttempts)
            {
                continue;
            }

            _logger.LogNew(before: null, rollout);
            signal.Wake();
            return rollout.ToStatus();
        }
    }

    public Task<RolloutStatus> PauseAsync(string rollout, string author, string reason, CancellationToken cancellationToken = default) =>
        ChangeAsync(rollout, author, reason, (document, _) =>
        {
            ThrowIfAborting(document, "paused");
            return Task.FromResult(document.State == RolloutState.Paused ? document : document.Pause(time.GetUtcNow(), author, reason));
        }, cancellationToken);

    public Task<RolloutStatus> ResumeAsync(string rollout, string author, string reason, CancellationToken cancellationToken = default) =>
        ChangeAsync(rollout, author, reason, async (document, token) =>
        {
            ThrowIfAborting(document, "resumed");
            if (document.State == RolloutState.Running)
                return document;
            double? percentage = document.Percentage;
            if (document is { Step: > 0, Pending: null })
                percentage = await FindPercentageAsync(document, token).ConfigureAwait(false);
            return document.Resume(time.GetUtcNow(), percentage, author, reason);
        }, cancellationToken);

    public Task<RolloutStatus> AbortAsync(
        string rollout, RolloutAbortMode mode, string author, string reason, CancellationToken cancellationToken = default)
    {
        if (mode is not (RolloutAbortMode.Restore or RolloutAbortMode.Keep))
            throw new ArgumentOutOfRangeException(nameof(mode), mode, "There is no such mode.");
        return ChangeAsync(rollout, author, reason, (document, _) =>
        {
            DateTimeOffset now = time.GetUtcNow();
            bool changesNothing = document.Pending is null && (mode == RolloutAbortMode.Keep || document.Step == 0);
            return Task.FromResult(changesNothing
                ? document.End(now, RolloutState.Aborted, author, reason)
                : document.RequestAbort(now, new RolloutAbortRequest(mode, author, reason)));
        }, cancellationToken);
    }

    public async Task<RolloutStatus?> GetAsync(string rollout, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(rollout);
        return (await store.ResolveAsync(rollout, cancellationToken).ConfigureAwait(false))?.Document.ToStatus();
    }

    public async IAsyncEnumerable<RolloutStatus> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // Read to the end first: the caller may take its time, and a listing holds resources of the store.
        var found = new List<RolloutDocument>();
        await foreach ((RolloutDocument document, _) in store.ListAsync(cancellationToken).ConfigureAwait(false))
            found.Add(document);
        foreach (RolloutDocument document in found)
            yield return document.ToStatus();
    }

    public async IAsyncEnumerable<RolloutStatus> WatchAsync(string rollout, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(rollout);

        // Before the reading, so that no change falls between it and the watching.
        long revision = await store.GetRevisionAsync(cancellationToken).ConfigureAwait(false);
        (RolloutDocument document, long seen) = await ResolveAsync(rollout, cancellationToken).ConfigureAwait(false);
        yield return document.ToStatus();
        if (document.HasEnded)
            yield break;
        await foreach (string? id in store.WatchAsync(revision, cancellationToken).ConfigureAwait(false))
        {
            if (id is not null && id != document.Id)
                continue;
            if (await store.FindAsync(document.Id, cancellationToken).ConfigureAwait(false) is not { } saved)
                yield break;
            if (saved.Version == seen)
                continue;
            seen = saved.Version;
            yield return saved.Document.ToStatus();
            if (saved.Document.HasEnded)
                yield break;
        }
    }

    private async Task<RolloutStatus> ChangeAsync(
        string rollout,
        string author,
        string reason,
        Func<RolloutDocument, CancellationToken, Task<RolloutDocument>> change,
        CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(rollout);
        ArgumentException.ThrowIfNullOrWhiteSpace(author);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        for (int attempt = 1; ; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (RolloutDocument before, long version) = await ResolveAsync(rollout, cancellationToken).ConfigureAwait(false);
            if (before.HasEnded)
                throw new RolloutException($"The rollout {before.Id} of the feature flag '{before.Flag}' has ended ({before.State}): start a new one.");
            RolloutDocument after = await change(before, cancellationToken).ConfigureAwait(false);
            if (ReferenceEquals(after, before))
                return before.ToStatus();
            try
            {
                await store.SaveAsync(after, version, lease: null, cancellationToken).ConfigureAwait(false);
            }
            catch (StateConflictException) when (attempt < MaximumAttempts)
            {
                continue;
            }

            _logger.LogNew(before, after);
            signal.Wake();
            return after.ToStatus();
        }
    }

    private async Task<(RolloutDocument Document, long Version)> ResolveAsync(string rollout, CancellationToken cancellationToken) =>
        await store.ResolveAsync(rollout, cancellationToken).ConfigureAwait(false)
        ?? throw new RolloutException($"There is no rollout '{rollout}', nor one of a flag with this name.");

    private async Task<double> FindPercentageAsync(RolloutDocument document, CancellationToken cancellationToken)
    {
        FeatureFlagSet flags = await editor.GetAsync(cancellationToken).ConfigureAwait(false);
        RolloutReading? found = flags.Find(document.Flag) is { } flag ? RolloutFlag.Read(flag.Node) : null;
        string? problem = found switch
        {
            null => "is no longer defined: abort the rollout",
            { Enabled: false } => "is switched off: switch it on first, or abort the rollout",
            { Percentage: null } => "no longer has the percentage that the rollout sets: put it back, or abort the rollout and start a new one",
            _ => null,
        };
        return problem is null
            ? found!.Percentage!.Value
            : throw new RolloutException($"The rollout {document.Id} can't be resumed: the feature flag '{document.Flag}' {problem}.");
    }

    private async Task<string> DescribeAsync(string id, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken).ConfigureAwait(false) is { } saved
            ? $", {saved.Document.State}, started by {saved.Document.Author} at {saved.Document.StartedAt:u}"
            : "";

    private static void ThrowIfAborting(RolloutDocument document, string wish)
    {
        if (document.Abort is { } abort)
            throw new RolloutException($"The rollout {document.Id} of the feature flag '{document.Flag}' can't be {wish}: {abort.Author} has aborted it.");
    }
}
