namespace Varai.FeatureFlags;

/// <summary>Whether a condition holds.</summary>
public enum FlagVerdict
{
    /// <summary>It does not hold.</summary>
    No,

    /// <summary>It can't be decided: there is no context, an attribute is absent, or a filter failed. Counts as not holding.</summary>
    Undecided,

    /// <summary>It holds.</summary>
    Yes,
}
