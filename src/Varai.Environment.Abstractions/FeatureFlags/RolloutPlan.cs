using System.Globalization;

namespace Varai.FeatureFlags;

/// <summary>How a flag is rolled out: which percentage when, and which guard watches.</summary>
/// <remarks>
/// Immutable; safe from any thread. Times count from the start of the plan, as people say it: "5 % now, 25 % after 1 hour, 100 %
/// after 1 day". A step that comes late, because nobody ran, the rollout was paused or the kill switch was thrown, moves the later
/// ones with it: each percentage is watched at least as long as the plan says.
/// <code>
/// new RolloutPlan("new_engine") { Guard = "errors" }
///     .Step(5).Step(25, after: TimeSpan.FromHours(1)).Step(100, after: TimeSpan.FromDays(1))
/// </code>
/// </remarks>
public sealed class RolloutPlan
{
    /// <summary>The most steps a plan can have.</summary>
    public const int MaximumSteps = 100;

    private const int MaximumDigits = 5;

    /// <summary>Starts a plan without steps.</summary>
    /// <param name="flag">The flag's name.</param>
    /// <exception cref="ArgumentException">No flag can have this name.</exception>
    public RolloutPlan(string flag)
    {
        if (FeatureFlagDefinition.FindNameProblem(flag) is { } problem)
            throw new ArgumentException($"The name of a feature flag {problem}.", nameof(flag));
        Flag = flag;
    }

    private RolloutPlan(RolloutPlan plan, RolloutStep step)
    {
        Flag = plan.Flag;
        By = plan.By;
        Guard = plan.Guard;
        Settle = plan.Settle;
        Steps = [.. plan.Steps, step];
    }

    /// <summary>The flag's name.</summary>
    public string Flag { get; }

    /// <summary>What the percentage is taken by, such as <c>targetingKey</c> or the name of an attribute.</summary>
    /// <value>Default: <see langword="null"/>, what the flag says already, or else the targeting key.</value>
    public string? By { get; init; }

    /// <summary>The name of the guard that is asked all along; see <see cref="IRolloutGuard"/>.</summary>
    /// <value>Default: <see langword="null"/>, time alone decides.</value>
    public string? Guard { get; init; }

    /// <summary>How long the guard goes on watching after the last step, before the rollout counts as completed.</summary>
    /// <value>Default: zero; the guard is asked once more after the last step.</value>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public TimeSpan Settle
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            field = value;
        }
    }

    /// <summary>The steps, in order.</summary>
    public IReadOnlyList<RolloutStep> Steps { get; } = [];

    /// <summary>The same plan with one more step.</summary>
    /// <param name="percentage">Whom the flag is on for from then on, from 0 to 100. A plan goes up or, to retire a feature, down, but
    /// not both ways.</param>
    /// <param name="after">When, counted from the start of the plan; later than the step before.</param>
    /// <exception cref="ArgumentOutOfRangeException">The percentage is not from 0 to 100, or the time is negative.</exception>
    /// <exception cref="ArgumentException">The time is not later than the step before, the percentage turns back or stays, or there
    /// are <see cref="MaximumSteps"/> steps already.</exception>
    public RolloutPlan Step(double percentage, TimeSpan after = default)
    {
        if (!(percentage is >= 0 and <= 100))
            throw new ArgumentOutOfRangeException(nameof(percentage), percentage, "A percentage is from 0 to 100.");
        if (Math.Round(percentage, MaximumDigits) != percentage)
            throw new ArgumentOutOfRangeException(nameof(percentage), percentage, $"A percentage has at most {MaximumDigits} digits after the point.");
        ArgumentOutOfRangeException.ThrowIfLessThan(after, TimeSpan.Zero);
        if (Steps.Count == MaximumSteps)
            throw new ArgumentException($"A plan has at most {MaximumSteps} steps.", nameof(percentage));
        if (Steps.Count > 0)
            ThrowIfOutOfOrder(percentage, after);
        return new RolloutPlan(this, new RolloutStep(percentage, after));
    }

    /// <summary>The plan in words.</summary>
    public override string ToString() =>
        $"{Flag}: {string.Join(", ", Steps.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Percentage} % after {s.After}")))}";

    private void ThrowIfOutOfOrder(double percentage, TimeSpan after)
    {
        RolloutStep last = Steps[^1];
        if (after <= last.After)
        {
            throw new ArgumentException(
                $"The step is due {after} after the start, no later than the step before it ({last.After}); times count from the start of the plan and go up.",
                nameof(after));
        }

        int direction = percentage.CompareTo(last.Percentage);
        if (direction == 0 || (Steps.Count > 1 && direction != last.Percentage.CompareTo(Steps[^2].Percentage)))
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"The step to {percentage} % follows one to {last.Percentage} %: a plan goes up all the way or down all the way."),
                nameof(percentage));
        }
    }
}
