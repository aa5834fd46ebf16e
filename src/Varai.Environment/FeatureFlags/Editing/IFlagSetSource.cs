namespace Varai.FeatureFlags.Editing;

/// <summary>The set that the present snapshot was made from.</summary>
internal interface IFlagSetSource
{
    /// <summary>The set; it is replaced before the snapshot's token fires.</summary>
    FeatureFlagSet Current { get; }
}
