namespace Varai.FeatureFlags;

/// <summary>The answer of a guard.</summary>
public sealed record RolloutGuardResult
{
    private RolloutGuardResult(RolloutGuardVerdict verdict, string? reason)
    {
        Verdict = verdict;
        Reason = reason;
    }

    /// <summary>All is well: the rollout may go on.</summary>
    public static RolloutGuardResult Pass { get; } = new(RolloutGuardVerdict.Pass, reason: null);

    /// <summary>What the guard says.</summary>
    public RolloutGuardVerdict Verdict { get; }

    /// <summary>Why; <see langword="null"/> when all is well.</summary>
    public string? Reason { get; }

    /// <summary>The feature does harm: the rollout goes back to the step before and ends.</summary>
    /// <param name="reason">Why, for people; it is recorded and logged, so it should hold no secret and no person's data.</param>
    /// <exception cref="ArgumentException">The reason is empty.</exception>
    public static RolloutGuardResult Fail(string reason) => Because(RolloutGuardVerdict.Fail, reason);

    /// <summary>The guard can't tell, for instance because there are too few requests: the rollout stays where it is.</summary>
    /// <param name="reason">Why, for people; it is recorded and logged, so it should hold no secret and no person's data.</param>
    /// <exception cref="ArgumentException">The reason is empty.</exception>
    public static RolloutGuardResult Unknown(string reason) => Because(RolloutGuardVerdict.Unknown, reason);

    private static RolloutGuardResult Because(RolloutGuardVerdict verdict, string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        return new RolloutGuardResult(verdict, reason);
    }
}
