namespace Varai.FeatureFlags;

/// <summary>What a <see cref="FeatureRecurrence"/> counts in.</summary>
public enum FeatureRecurrencePattern
{
    /// <summary>Days.</summary>
    Daily,

    /// <summary>Weeks.</summary>
    Weekly,
}
