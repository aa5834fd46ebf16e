using System.Globalization;

namespace Varai.FeatureFlags;

/// <summary>Where a rollout stands.</summary>
public sealed record RolloutStatus
{
    /// <summary>The rollout's id.</summary>
    public required string Id { get; init; }

    /// <summary>What is planned.</summary>
    public required RolloutPlan Plan { get; init; }

    /// <summary>The flag's name.</summary>
    public string Flag => Plan.Flag;

    /// <summary>Whether it goes on, and how it ended.</summary>
    public required RolloutState State { get; init; }

    /// <summary>Whether it will change no more.</summary>
    public bool HasEnded => State is not (RolloutState.Running or RolloutState.Paused);

    /// <summary>The step it is at, from 1; 0 before the first.</summary>
    public required int Step { get; init; }

    /// <summary>When the present step was taken, in UTC; <see langword="null"/> before the first.</summary>
    public DateTimeOffset? StepAt { get; init; }

    /// <summary>The percentage that the rollout gave the flag; <see langword="null"/> when it has not touched the flag, or the flag
    /// is as before the plan again.</summary>
    public double? Percentage { get; init; }

    /// <summary>When the next step is due, or after the last one the end, in UTC; <see langword="null"/> while the clock stands still
    /// (paused, or the kill switch is thrown) and after the end.</summary>
    public DateTimeOffset? NextStepAt { get; init; }

    /// <summary>What it waits for besides time, in words; <see langword="null"/> for nothing.</summary>
    public string? WaitingFor { get; init; }

    /// <summary>What the guard answers; <see langword="null"/> before it was first asked, and without a guard.</summary>
    public RolloutGuardCheck? LastGuard { get; init; }

    /// <summary>Whether somebody has asked for its end, which the node that acts has yet to bring about.</summary>
    public bool IsAborting { get; init; }

    /// <summary>Who started it.</summary>
    public required string Author { get; init; }

    /// <summary>Why it was started.</summary>
    public required string Reason { get; init; }

    /// <summary>When it was started, in UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended, in UTC; <see langword="null"/> before.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>What happened, oldest first. At most 200 entries are kept; of more, the oldest answers of the guard are dropped first.</summary>
    public IReadOnlyList<RolloutEvent> History { get; init; } = [];

    /// <summary>The flag, the state and the step in words.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Flag}: {State}, step {Step} of {Plan.Steps.Count}{(Percentage is { } p ? $" ({p} %)" : "")}");
}
