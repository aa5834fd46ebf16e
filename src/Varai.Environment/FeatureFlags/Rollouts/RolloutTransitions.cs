using System.Globalization;

namespace Varai.FeatureFlags.Rollouts;

/// <summary>How a rollout changes: from a document to the next, without any effect.</summary>
internal static class RolloutTransitions
{
    public const int MaximumEvents = 200;

    public static RolloutDocument Start(RolloutPlan plan, string id, string author, string reason, DateTimeOffset now)
    {
        var document = new RolloutDocument
        {
            Id = id,
            Flag = plan.Flag,
            By = plan.By,
            Guard = plan.Guard,
            Settle = plan.Settle,
            Steps = plan.Steps,
            State = RolloutState.Running,
            Author = author,
            Reason = reason,
            StartedAt = now,
            DueAt = now + plan.Steps[0].After,
        };
        return document.Note(now, RolloutEventKind.Started, author, reason);
    }

    public static RolloutDocument Pause(this RolloutDocument document, DateTimeOffset now, string author, string reason) =>
        (document.StopClock(now) with { State = RolloutState.Paused, Waiting = null }).Note(now, RolloutEventKind.Paused, author, reason);

    public static RolloutDocument Resume(this RolloutDocument document, DateTimeOffset now, double? percentage, string author, string reason) =>
        (document.StartClock(now) with { State = RolloutState.Running, Percentage = percentage }).Note(now, RolloutEventKind.Resumed, author, reason);

    public static RolloutDocument Wait(this RolloutDocument document, DateTimeOffset now, string reason) =>
        (document.StopClock(now) with { Waiting = reason }).Note(now, RolloutEventKind.Waiting, document.Self, reason);

    public static RolloutDocument GoOn(this RolloutDocument document, DateTimeOffset now, string reason) =>
        (document.StartClock(now) with { Waiting = null }).Note(now, RolloutEventKind.WentOn, document.Self, reason);

    public static RolloutDocument RequestAbort(this RolloutDocument document, DateTimeOffset now, RolloutAbortRequest request) =>
        (document with { Abort = request }).Note(now, RolloutEventKind.AbortRequested, request.Author, request.Reason);

    public static RolloutDocument End(this RolloutDocument document, DateTimeOffset now, RolloutState state, string author, string reason) =>
        (document with { State = state, EndedAt = now, DueAt = null, Remaining = null, Waiting = null, Pending = null, Abort = null })
        .Note(now, state switch
        {
            RolloutState.Completed => RolloutEventKind.Completed,
            RolloutState.RolledBack => RolloutEventKind.RolledBack,
            _ => RolloutEventKind.Aborted,
        }, author, reason);

    /// <summary>Takes down what the guard says; the same document when it says what it said.</summary>
    public static RolloutDocument Hear(this RolloutDocument document, DateTimeOffset now, RolloutGuardVerdict verdict, string? reason)
    {
        RolloutGuardCheck? last = document.LastGuard;
        int errors = verdict == RolloutGuardVerdict.Error ? (last?.Errors ?? 0) + 1 : 0;
        bool isSame = last is not null && last.Verdict == verdict && last.Reason == reason;
        if (isSame && last!.Errors == errors)
            return document;
        RolloutDocument heard = document with
        {
            LastGuard = isSame ? last! with { Errors = errors } : new RolloutGuardCheck(now, verdict, reason, errors),
        };
        return isSame
            ? heard
            : heard.Note(now, RolloutEventKind.GuardAnswered, document.Guard!, reason is null ? $"{verdict}" : $"{verdict}: {reason}");
    }

    /// <summary>Writes down the next step before it is taken.</summary>
    public static RolloutDocument BeginStep(this RolloutDocument document, RolloutReading from, RolloutUndo undo)
    {
        RolloutStep step = document.Steps[document.Step];
        int number = document.Step + 1;
        string reason = string.Create(
            CultureInfo.InvariantCulture, $"step {number} of {document.Steps.Count}: {step.Percentage} %");
        return document with
        {
            Undo = document.Step == 0 ? undo : document.Undo,
            Pending = new RolloutPending(RolloutPendingKind.Step, number, step.Percentage, from, document.Self, reason),
        };
    }

    /// <summary>Writes down the way back to the step before, before it is gone.</summary>
    public static RolloutDocument BeginRollBack(this RolloutDocument document, RolloutReading from, string reason) => document with
    {
        Pending = new RolloutPending(
            RolloutPendingKind.RollBack,
            document.Step - 1,
            document.Step > 1 ? document.Steps[document.Step - 2].Percentage : null,
            from,
            document.Self,
            reason),
    };

    /// <summary>Writes down the way back to what was before the plan, before it is gone.</summary>
    public static RolloutDocument BeginRestore(this RolloutDocument document, RolloutReading from, RolloutAbortRequest request) => document with
    {
        Pending = new RolloutPending(RolloutPendingKind.Abort, Step: 0, Percentage: null, from, request.Author, request.Reason),
    };

    /// <summary>Writes down that the pending change is made.</summary>
    public static RolloutDocument Finish(this RolloutDocument document, DateTimeOffset now)
    {
        RolloutPending pending = document.Pending!;
        RolloutDocument done = document with { Pending = null, Step = pending.Step, Percentage = pending.Percentage, StepAt = now };
        if (pending.Kind == RolloutPendingKind.RollBack)
            return done.End(now, RolloutState.RolledBack, pending.Author, pending.Reason);
        if (pending.Kind == RolloutPendingKind.Abort)
            return done.End(now, RolloutState.Aborted, pending.Author, pending.Reason);

        TimeSpan left = done.IsLastStep ? done.Settle : done.Steps[done.Step].After - done.Steps[done.Step - 1].After;
        done = (done.State == RolloutState.Running && done.Waiting is null
                ? done with { DueAt = now + left, Remaining = null }
                : done with { DueAt = null, Remaining = left })
            .Note(now, RolloutEventKind.Stepped, pending.Author, pending.Reason);
        return done.IsLastStep && done.Guard is null && left == TimeSpan.Zero && done is { Abort: null, State: RolloutState.Running }
            ? done.Complete(now)
            : done;
    }

    public static RolloutDocument Complete(this RolloutDocument document, DateTimeOffset now) =>
        document.End(now, RolloutState.Completed, document.Self, "all steps are taken");

    public static RolloutStatus ToStatus(this RolloutDocument document) => new()
    {
        Id = document.Id,
        Plan = document.Steps.Aggregate(
            new RolloutPlan(document.Flag) { By = document.By, Guard = document.Guard, Settle = document.Settle },
            static (plan, step) => plan.Step(step.Percentage, step.After)),
        State = document.State,
        Step = document.Step,
        StepAt = document.StepAt,
        Percentage = document.Percentage,
        NextStepAt = document.DueAt,
        WaitingFor = document.Waiting,
        LastGuard = document.LastGuard,
        IsAborting = document.Abort is not null,
        Author = document.Author,
        Reason = document.Reason,
        StartedAt = document.StartedAt,
        EndedAt = document.EndedAt,
        History = document.Events,
    };

    private static RolloutDocument StopClock(this RolloutDocument document, DateTimeOffset now) => document.DueAt is not { } due
        ? document
        : document with { DueAt = null, Remaining = due > now ? due - now : TimeSpan.Zero };

    private static RolloutDocument StartClock(this RolloutDocument document, DateTimeOffset now) => document.Remaining is not { } left
        ? document
        : document with { DueAt = now + left, Remaining = null };

    private static RolloutDocument Note(this RolloutDocument document, DateTimeOffset now, RolloutEventKind kind, string author, string reason)
    {
        List<RolloutEvent> events = [.. document.Events, new(now, kind, document.Step, document.Percentage, author, reason)];
        if (events.Count > MaximumEvents)
        {
            // What somebody or the rollout did is worth more than what a guard that can't make up its mind has said.
            int spare = events.FindIndex(static e => e.Kind == RolloutEventKind.GuardAnswered);
            events.RemoveAt(spare >= 0 && spare < events.Count - 1 ? spare : 1);
        }

        return document with { Events = events };
    }
}
