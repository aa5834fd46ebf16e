namespace Varai.FeatureFlags.Rollouts;

/// <summary>A rollout as it is kept in the state store. How it changes is in <see cref="RolloutTransitions"/>.</summary>
internal sealed record RolloutDocument
{
    public const int CurrentFormat = 1;

    public int Format { get; init; } = CurrentFormat;

    public required string Id { get; init; }

    public required string Flag { get; init; }

    public string? By { get; init; }

    public string? Guard { get; init; }

    public TimeSpan Settle { get; init; }

    public required IReadOnlyList<RolloutStep> Steps { get; init; }

    public RolloutState State { get; init; }

    public required string Author { get; init; }

    public required string Reason { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The step the flag is at, from 1; 0 before the first.</summary>
    public int Step { get; init; }

    public DateTimeOffset? StepAt { get; init; }

    /// <summary>What the rollout has set, or a person whose value was accepted; null while the flag is as before the plan.</summary>
    public double? Percentage { get; init; }

    /// <summary>When the next step is due, or after the last one the end; null while the clock stands still.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>What was left until then when the clock was stopped.</summary>
    public TimeSpan? Remaining { get; init; }

    public string? Waiting { get; init; }

    public RolloutUndo? Undo { get; init; }

    public RolloutPending? Pending { get; init; }

    public RolloutAbortRequest? Abort { get; init; }

    public RolloutGuardCheck? LastGuard { get; init; }

    public IReadOnlyList<RolloutEvent> Events { get; init; } = [];

    /// <summary>Who the rollout is where it acts by itself.</summary>
    public string Self => $"rollout:{Id}";

    public bool HasEnded => State is not (RolloutState.Running or RolloutState.Paused);

    public bool IsLastStep => Step == Steps.Count;
}
