namespace Varai.FeatureFlags.Matching;

/// <summary>What a rule says of a context.</summary>
internal enum MatchOutcome
{
    /// <summary>It is not met.</summary>
    NotMet,

    /// <summary>It is met.</summary>
    Met,

    /// <summary>It can't be told: the attribute is absent or of another kind. As with NULL in SQL, the opposite can't be told
    /// either, and in the end it counts as not met: nobody gets a feature by leaving something out.</summary>
    Unknown,
}
