namespace Varai.FeatureFlags.Stores;

/// <summary>A store of flags that keeps what it last read on this node's disk.</summary>
internal interface ILastKnownGoodFlags
{
    /// <summary>The flags as last read, when that was; <see langword="null"/> when none are kept.</summary>
    (FeatureFlagSet Set, DateTimeOffset ReadAt)? ReadLastKnownGood();
}
