using Varai.Configuration;

namespace Varai.FeatureFlags;

/// <summary>A range of the percentiles whose callers get a variant.</summary>
/// <param name="variant">The variant's name.</param>
/// <param name="from">Where the range begins, from 0 to 100.</param>
/// <param name="to">Where the next range may begin, from 0 to 100; 100 includes everybody above <paramref name="from"/>.</param>
public sealed class VariantPercentile(string variant, double from, double to)
{
    /// <summary>The variant's name.</summary>
    public string Variant { get; } = variant;

    /// <summary>Where the range begins, from 0 to 100.</summary>
    public double From { get; } = from;

    /// <summary>Where the next range may begin, from 0 to 100.</summary>
    public double To { get; } = to;

    /// <summary>The node it was read from, for messages; <see langword="null"/> when it was made in code.</summary>
    public ConfigurationNode? Node { get; init; }
}
