namespace Varai.Promotion;

/// <summary>What a gate says.</summary>
public enum PromotionGateState
{
    /// <summary>The promotion may happen.</summary>
    Open,

    /// <summary>It may not, now; waiting or somebody's approval may help.</summary>
    Waiting,

    /// <summary>It may not.</summary>
    Closed,

    /// <summary>It would not be allowed, and somebody answers for it.</summary>
    Overridden,
}
