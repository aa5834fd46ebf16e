using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Varai.Configuration;
using Varai.State;

namespace Varai.FeatureFlags.Rollouts;

/// <summary>Looks at the rollouts and does what is due. Used by one thread at a time.</summary>
/// <remarks>
/// A flag is changed in this order, which makes a step happen once and in its place whatever ends in between:
/// <list type="number">
/// <item>The change is written down as pending, with what the flag is like now: compare-and-swap on the rollout's document, under the
/// lease. Whoever pauses or aborts at this moment wins, or is obeyed after the change.</item>
/// <item>The flag is edited, under the version of the flags that was read just before, and only while the lease lasts.</item>
/// <item>The change is written down as done: compare-and-swap, under the lease.</item>
/// </list>
/// A pending change comes before anything else, also on the next node: a flag that is as wanted was edited already; one that is as it
/// was is edited now; any other was edited by a person, who is not overwritten. So a pending change is never dropped while it might
/// still be made: the edit of the successor moves the version on, and a predecessor that wakes up late is refused by it; what it
/// would write down is refused by the fencing of the lease. Where versions are hashes of the contents, and so can come again, the
/// predecessor's own look at the end of its lease refuses the edit.
/// </remarks>
internal sealed class RolloutWorker(
    RolloutStore store,
    IFeatureFlagEditor editor,
    RolloutGuards guards,
    IOptions<RolloutOptions> options,
    TimeProvider time,
    ILogger<RolloutWorker> logger)
{
    // Somebody who edits flags or rollouts at the same time wins; more often than this in a row waits for the next check.
    private const int MaximumAttempts = 5;

    private readonly GuardedLogger _logger = new(logger);
    private readonly RolloutOptions _options = options.Value;
    private readonly string _holder = string.Create(
        CultureInfo.InvariantCulture, $"{System.Environment.MachineName}/{System.Environment.ProcessId}/{Guid.NewGuid().ToString("N").AsSpan(0, 8)}");

    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly HashSet<string> _failing = new(StringComparer.Ordinal);
    private Lease? _lease;
    private DateTimeOffset _heldFrom;
    private long _heldFromTimestamp;

    // By clocks of this process, from before the lease was asked for: the store's may differ, the wall's may be set back, and the
    // other may stand still while the machine sleeps.
    private TimeSpan LeaseLeft
    {
        get
        {
            TimeSpan byWall = time.GetUtcNow() - _heldFrom;
            TimeSpan byTimer = time.GetElapsedTime(_heldFromTimestamp);
            return _options.LeaseDuration - (byWall > byTimer ? byWall : byTimer);
        }
    }

    /// <summary>Looks once.</summary>
    /// <param name="isCheck">Whether it is time to ask the guards; otherwise only those of new rollouts are asked, and what people
    /// want is done.</param>
    /// <param name="cancellationToken">Ends the work; what is under way is finished by the next pass, here or elsewhere.</param>
    public async Task PassAsync(bool isCheck, CancellationToken cancellationToken)
    {
        (RolloutIndex index, _) = await store.GetIndexAsync(cancellationToken).ConfigureAwait(false);
        _failing.RemoveWhere(id => index.Active.All(e => e.Id != id));
        _asked.RemoveWhere(id => index.Active.All(e => e.Id != id));
        if (index.Active.Count == 0)
        {
            // A service that rolls nothing out writes nothing.
            await ReleaseAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        if (!await HoldAsync(isCheck, cancellationToken).ConfigureAwait(false))
            return;
        try
        {
            await LookAsync(index, isCheck, cancellationToken).ConfigureAwait(false);
        }
        catch (LeaseLostException e)
        {
            Lose(e);
        }
    }

    /// <summary>Hands the lease back, so that another node can go on at once.</summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        if (_lease is not { } lease)
            return;
        _lease = null;
        _asked.Clear();
        await store.Leases.ReleaseAsync(lease, cancellationToken).ConfigureAwait(false);
    }

    private async Task LookAsync(RolloutIndex index, bool isCheck, CancellationToken cancellationToken)
    {
        var candidates = new List<RolloutCandidate>();
        foreach (RolloutIndexEntry entry in index.Active)
        {
            RolloutCandidate? candidate = await TryAsync(entry.Id, entry.Flag, PrepareAsync, cancellationToken).ConfigureAwait(false);
            if (candidate is not null && (isCheck || !_asked.Contains(entry.Id)))
                candidates.Add(candidate);
        }

        RolloutAnswer[] answers = await Task.WhenAll(candidates.Select(c => AskAsync(c.Document, cancellationToken))).ConfigureAwait(false);
        for (int i = 0; i < candidates.Count; i++)
        {
            if (!await HoldAsync(mustRenew: false, cancellationToken).ConfigureAwait(false))
                return;
            (RolloutCandidate candidate, RolloutAnswer answer) = (candidates[i], answers[i]);
            _asked.Add(candidate.Document.Id);
            bool isToBeFinished = false;
            await TryAsync(candidate.Document.Id, candidate.Document.Flag, async (_, token) =>
            {
                isToBeFinished = await DecideAsync(candidate, answer, token).ConfigureAwait(false);
                return null;
            }, cancellationToken).ConfigureAwait(false);
            if (isToBeFinished)
                await TryAsync(candidate.Document.Id, candidate.Document.Flag, PrepareAsync, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Finishes what is under way, and looks whether the flag is as it should be.</summary>
    /// <returns>The rollout when its guard is to be asked, otherwise null.</returns>
    private async Task<RolloutCandidate?> PrepareAsync(string id, CancellationToken cancellationToken)
    {
        while (await store.FindAsync(id, cancellationToken).ConfigureAwait(false) is { } saved && !saved.Document.HasEnded)
        {
            (RolloutDocument rollout, long version) = saved;
            FeatureFlagSet flags = await editor.GetAsync(cancellationToken).ConfigureAwait(false);
            DateTimeOffset now = time.GetUtcNow();
            if (flags.Find(rollout.Flag) is not { } flag)
            {
                RolloutDocument gone = rollout.End(now, RolloutState.Aborted, rollout.Self, "the flag is no longer defined");
                await SaveAsync(rollout, gone, version, cancellationToken).ConfigureAwait(false);
                return null;
            }

            if (rollout.Pending is not null)
            {
                await FinishAsync(rollout, version, flags, flag, cancellationToken).ConfigureAwait(false);
            }
            else if (rollout.Abort is { } abort)
            {
                RolloutDocument ending = abort.Mode == RolloutAbortMode.Keep || rollout.Step == 0
                    ? rollout.End(now, RolloutState.Aborted, abort.Author, abort.Reason)
                    : rollout.BeginRestore(RolloutFlag.Read(flag.Node), abort);
                await SaveAsync(rollout, ending, version, cancellationToken).ConfigureAwait(false);
            }
            else if (rollout.State == RolloutState.Paused)
            {
                return null;
            }
            else if (Adjust(rollout, flag.Node, now) is var adjusted && !ReferenceEquals(adjusted, rollout))
            {
                await SaveAsync(rollout, adjusted, version, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                return rollout.Waiting is null ? new RolloutCandidate(rollout, version, flag.Node) : null;
            }
        }

        return null;
    }

    /// <summary>What somebody else did to the flag: the kill switch, or a change by hand.</summary>
    private RolloutDocument Adjust(RolloutDocument rollout, ConfigurationNode flag, DateTimeOffset now)
    {
        if (RolloutFlag.IsKilled(flag, store.EnvironmentName))
            return rollout.Waiting is null ? rollout.Wait(now, "the kill switch is thrown") : rollout;
        if (rollout.Waiting is not null)
            return rollout.GoOn(now, "the kill switch is released");
        RolloutReading found = RolloutFlag.Read(flag);
        return rollout.Step == 0 || found == new RolloutReading(Enabled: true, rollout.Percentage)
            ? rollout
            : rollout.Pause(now, rollout.Self, Describe(found, new RolloutReading(Enabled: true, rollout.Percentage)));
    }

    /// <summary>Makes the pending change, or finds that it is made.</summary>
    private async Task FinishAsync(
        RolloutDocument rollout, long version, FeatureFlagSet flags, FeatureFlagDefinition flag, CancellationToken cancellationToken)
    {
        RolloutPending pending = rollout.Pending!;
        ConfigurationNode wanted = pending.Percentage is { } percentage
            ? RolloutFlag.Set(flag.Node, percentage, rollout.By)
            : RolloutFlag.Restore(flag.Node, rollout.Undo!);
        if (!RolloutFlag.AreSame(wanted, flag.Node))
        {
            // Whoever asked for the way back asked for it whatever the flag is like.
            RolloutReading found = RolloutFlag.Read(flag.Node);
            string? obstacle = pending.Kind != RolloutPendingKind.Abort && found != pending.From
                ? Describe(found, pending.From)
                : await EditAsync(pending, flags, flag, wanted, cancellationToken).ConfigureAwait(false);
            if (obstacle is not null)
            {
                RolloutDocument paused = (rollout with { Pending = null }).Pause(time.GetUtcNow(), rollout.Self, obstacle);
                await SaveAsync(rollout, paused, version, cancellationToken).ConfigureAwait(false);
                return;
            }
        }

        await SaveAsync(rollout, rollout.Finish(time.GetUtcNow()), version, cancellationToken).ConfigureAwait(false);
    }

    /// <returns>Why the flag can't be changed like this at all; null when it is changed.</returns>
    private async Task<string?> EditAsync(
        RolloutPending pending, FeatureFlagSet flags, FeatureFlagDefinition flag, ConfigurationNode wanted, CancellationToken cancellationToken)
    {
        Lease lease = _lease!;
        string reason = pending.Kind switch
        {
            RolloutPendingKind.RollBack => $"back to {(pending.Step == 0 ? "what was before the rollout" : $"step {pending.Step}")}: {pending.Reason}",
            RolloutPendingKind.Abort => $"back to what was before the rollout: {pending.Reason}",
            _ => pending.Reason,
        };
        FeatureFlagEdit edit = new FeatureFlagEdit(pending.Author, reason) { ExpectedVersion = flags.Version.Length == 0 ? null : flags.Version }
            .Add(present =>
            {
                if (LeaseLeft <= TimeSpan.Zero)
                    throw new LeaseLostException(lease, current: null);
                return present.Find(flag.Name) is { } same && RolloutFlag.AreSame(same.Node, flag.Node)
                    ? new FeatureFlagEditStep(flag.Name, IsSegment: false, wanted)
                    : throw new FeatureFlagConflictException(flags.Version, present.Version);
            });
        try
        {
            await editor.ApplyAsync(edit, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (pending.Kind == RolloutPendingKind.Step && e is ConfigurationException or NotSupportedException)
        {
            // Trying again would change nothing. A way back is tried again all the same: nobody should have to notice first.
            return $"the flag can't be changed: {e.Message}";
        }
    }

    private Task<RolloutAnswer> AskAsync(RolloutDocument rollout, CancellationToken cancellationToken) => rollout.Guard is null
        ? Task.FromResult(new RolloutAnswer(RolloutGuardVerdict.Pass, Reason: null))
        : guards.AskAsync(
            rollout.Guard,
            new RolloutGuardContext(
                store.EnvironmentName, rollout.Flag, rollout.Id, rollout.Step, rollout.Steps.Count, rollout.Percentage, rollout.StartedAt, rollout.StepAt),
            cancellationToken);

    /// <returns>Whether something was written down that is now to be finished.</returns>
    private async Task<bool> DecideAsync(RolloutCandidate candidate, RolloutAnswer answer, CancellationToken cancellationToken)
    {
        RolloutDocument rollout = candidate.Document;
        RolloutDocument next = Decide(candidate, answer, time.GetUtcNow());
        if (ReferenceEquals(next, rollout))
            return false;
        try
        {
            await SaveAsync(rollout, next, candidate.Version, cancellationToken).ConfigureAwait(false);
            return next.Pending is not null;
        }
        catch (StateConflictException)
        {
            // Somebody paused or aborted while the guard was asked: that holds, and the answer is for a state that is over.
            return true;
        }
    }

    private RolloutDocument Decide(RolloutCandidate candidate, RolloutAnswer answer, DateTimeOffset now)
    {
        RolloutDocument rollout = candidate.Document;
        RolloutDocument heard = rollout.Guard is null ? rollout : rollout.Hear(now, answer.Verdict, answer.Reason);
        bool hasFailed = answer.Verdict == RolloutGuardVerdict.Fail || heard.LastGuard?.Errors >= _options.MaximumGuardErrors;
        if (hasFailed)
        {
            string reason = answer.Verdict == RolloutGuardVerdict.Fail
                ? $"the guard '{rollout.Guard}' failed: {answer.Reason}"
                : string.Create(CultureInfo.InvariantCulture, $"the guard '{rollout.Guard}' could not be asked {heard.LastGuard!.Errors} times in a row: {answer.Reason}");
            return rollout.Step == 0
                ? heard.End(now, RolloutState.RolledBack, rollout.Self, reason)
                : heard.BeginRollBack(RolloutFlag.Read(candidate.Flag), reason);
        }

        if (answer.Verdict != RolloutGuardVerdict.Pass || heard.DueAt is not { } due || now < due)
            return heard;
        return heard.IsLastStep
            ? heard.Complete(now)
            : heard.BeginStep(RolloutFlag.Read(candidate.Flag), RolloutFlag.Remember(candidate.Flag));
    }

    private async Task SaveAsync(RolloutDocument before, RolloutDocument after, long version, CancellationToken cancellationToken)
    {
        await store.SaveAsync(after, version, _lease!, cancellationToken).ConfigureAwait(false);
        _logger.LogNew(before, after);
    }

    /// <summary>Works on one rollout so that its trouble is not the others'.</summary>
    private async Task<RolloutCandidate?> TryAsync(
        string id, string flag, Func<string, CancellationToken, Task<RolloutCandidate?>> work, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                RolloutCandidate? candidate = await work(id, cancellationToken).ConfigureAwait(false);
                if (_failing.Remove(id))
                    _logger.RolloutRecovered(id, flag);
                return candidate;
            }
            catch (Exception e) when (e is StateConflictException or FeatureFlagConflictException && attempt < MaximumAttempts)
            {
                // Somebody was faster: look again.
            }
            catch (Exception e) when (e is not LeaseLostException && !cancellationToken.IsCancellationRequested)
            {
                if (_failing.Add(id))
                    _logger.RolloutFailed(id, flag, e);
                return null;
            }
        }
    }

    private async Task<bool> HoldAsync(bool mustRenew, CancellationToken cancellationToken)
    {
        (DateTimeOffset now, long timestamp) = (time.GetUtcNow(), time.GetTimestamp());
        if (_lease is { } lease)
        {
            if (!mustRenew && LeaseLeft > _options.LeaseDuration / 2)
                return true;
            try
            {
                _lease = await store.Leases.RenewAsync(lease, _options.LeaseDuration, cancellationToken).ConfigureAwait(false);
                (_heldFrom, _heldFromTimestamp) = (now, timestamp);
                return true;
            }
            catch (LeaseLostException e)
            {
                Lose(e);
            }
        }

        _lease = await store.Leases.TryAcquireAsync(store.LeaseName, _holder, _options.LeaseDuration, cancellationToken).ConfigureAwait(false);
        if (_lease is null)
            return false;
        (_heldFrom, _heldFromTimestamp) = (now, timestamp);
        _logger.RolloutLeaseTaken(_holder);
        return true;
    }

    private void Lose(LeaseLostException e)
    {
        _lease = null;
        _asked.Clear();
        _logger.RolloutLeaseLost(_holder, e.Message);
    }

    private static string Describe(RolloutReading found, RolloutReading expected) =>
        $"somebody has changed the flag by hand: it is {Describe(found)}, not {Describe(expected)} as the rollout left it";

    private static string Describe(RolloutReading reading) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(reading.Enabled ? "on" : "off")} {(reading.Percentage is { } percentage ? $"at {percentage} %" : "without a percentage")}");
}
