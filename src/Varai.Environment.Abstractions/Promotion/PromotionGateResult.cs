namespace Varai.Promotion;

/// <summary>The answer of a gate.</summary>
/// <param name="State">Whether it is open.</param>
/// <param name="Reason">Why, for people; no secrets.</param>
public sealed record PromotionGateResult(PromotionGateState State, string Reason)
{
    /// <summary>The gate's name; set by the engine.</summary>
    public string Gate { get; init; } = "";

    /// <summary>When it may open by itself, in UTC; <see langword="null"/> when that is not known.</summary>
    public DateTimeOffset? OpensAt { get; init; }

    /// <summary>Whether a plan can override it with a reason.</summary>
    public bool CanBeOverridden { get; init; }

    /// <summary>Whether the promotion may happen as far as this gate goes.</summary>
    public bool IsPassed => State is PromotionGateState.Open or PromotionGateState.Overridden;

    /// <summary>An open gate.</summary>
    /// <param name="reason">Why.</param>
    public static PromotionGateResult Open(string reason) => new(PromotionGateState.Open, reason);

    /// <summary>A closed gate.</summary>
    /// <param name="reason">Why, and what would open it.</param>
    /// <param name="canBeOverridden">Whether a plan can override it with a reason.</param>
    public static PromotionGateResult Closed(string reason, bool canBeOverridden = false) =>
        new(PromotionGateState.Closed, reason) { CanBeOverridden = canBeOverridden };

    /// <summary>A gate that will open later.</summary>
    /// <param name="reason">What it waits for.</param>
    /// <param name="opensAt">When, if that is known.</param>
    /// <param name="canBeOverridden">Whether a plan can override it with a reason.</param>
    public static PromotionGateResult Waiting(string reason, DateTimeOffset? opensAt = null, bool canBeOverridden = false) =>
        new(PromotionGateState.Waiting, reason) { OpensAt = opensAt, CanBeOverridden = canBeOverridden };

    /// <summary>Writes the gate, its state and the reason.</summary>
    public override string ToString() =>
        $"{Gate}: {State}, {Reason}{(OpensAt is { } at ? $" (opens {at.ToString("u", System.Globalization.CultureInfo.InvariantCulture)})" : "")}";
}
