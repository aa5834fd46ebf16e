namespace Varai.FeatureFlags;

/// <summary>Holds for who belongs to a <see cref="FeatureSegment"/>.</summary>
/// <param name="segment">The segment's name, whatever its case.</param>
public sealed class SegmentCondition(string segment) : FeatureCondition
{
    /// <summary>The segment's name, whatever its case.</summary>
    public string Segment { get; } = segment;
}
