namespace Varai.FeatureFlags;

/// <summary>How a flag puts a user (or whatever else sticks) into a bucket of a percentage.</summary>
/// <remarks>Both are the same in every process and on every platform.</remarks>
public enum FeatureBucketing
{
    /// <summary>XxHash3 of the value's UTF-8, seeded with the XxHash3 of the seed: the fastest.</summary>
    XxHash3,

    /// <summary>The first four bytes of the SHA-256 of value, line feed and seed: the buckets of Microsoft.FeatureManagement.</summary>
    Sha256,
}
