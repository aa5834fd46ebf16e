namespace Varai.FeatureFlags;

/// <summary>What an <see cref="IFeatureFilter"/> may look at.</summary>
/// <param name="Flag">The flag's name; empty in a segment, which belongs to no flag.</param>
/// <param name="Parameters">The parameters that the definition gives the filter.</param>
/// <param name="Context">For whom the flag is evaluated; <see langword="null"/> when nobody said.</param>
public readonly record struct FeatureFilterContext(string Flag, FeatureParameters Parameters, FlagContext? Context);
