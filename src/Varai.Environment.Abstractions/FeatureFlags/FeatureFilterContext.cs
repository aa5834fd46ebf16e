namespace Varai.FeatureFlags;

/// <summary>What an <see cref="IFeatureFilter"/> may look at.</summary>
/// <param name="flag">The flag's name.</param>
/// <param name="parameters">The parameters that the definition gives the filter.</param>
/// <param name="context">For whom the flag is evaluated; <see langword="null"/> when nobody said.</param>
public readonly struct FeatureFilterContext(string flag, FeatureParameters parameters, FlagContext? context)
{
    /// <summary>The flag's name.</summary>
    public string Flag { get; } = flag;

    /// <summary>The parameters that the definition gives the filter.</summary>
    public FeatureParameters Parameters { get; } = parameters;

    /// <summary>For whom the flag is evaluated; <see langword="null"/> when nobody said.</summary>
    public FlagContext? Context { get; } = context;
}
