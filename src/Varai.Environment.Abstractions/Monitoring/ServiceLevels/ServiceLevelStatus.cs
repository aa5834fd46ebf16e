namespace Varai.Monitoring.ServiceLevels;

/// <summary>Where an objective stands.</summary>
/// <param name="Objective">The objective.</param>
/// <param name="At">When.</param>
/// <param name="Events">What was counted in the period up to then. A period begins with the slot that its beginning falls into: up to one 720th of the
/// period more.</param>
public sealed record ServiceLevelStatus(ServiceLevelObjective Objective, DateTimeOffset At, ServiceLevelCount Events)
{
    /// <summary>How much of the error budget is used: 1 is all of it. <see langword="null"/> when there are no events.</summary>
    public double? BudgetUsed => Events.BudgetUsed(Objective.ErrorBudget);

    /// <summary>How much of the error budget is left: 1 is all of it, less than 0 when the objective is missed. Without events, all of it.</summary>
    public double BudgetRemaining => 1 - (BudgetUsed ?? 0);

    /// <summary>How many more events may be bad without missing the objective, if no further events come; 0 when none may.</summary>
    public long BadEventsLeft => Math.Max(0, (long)Math.Floor((Events.Valid * Objective.ErrorBudget) + 1e-9) - Events.Bad);

    /// <summary>Whether the objective is met; <see langword="null"/> when there are no events.</summary>
    public bool? IsMet => BudgetUsed is { } used ? used <= 1 + 1e-12 : null;

    /// <summary>How fast the budget burns over each pair of windows.</summary>
    public IReadOnlyList<BurnRate> BurnRates { get; init; } = [];

    /// <summary>What keeps what is counted from being read from the state store or written to it; <see langword="null"/> when nothing does. Until then only this
    /// process's own events are known.</summary>
    public string? StoreFailure { get; init; }
}
