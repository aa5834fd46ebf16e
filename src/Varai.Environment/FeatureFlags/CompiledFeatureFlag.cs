namespace Varai.FeatureFlags;

/// <summary>A flag ready to be asked.</summary>
internal sealed class CompiledFeatureFlag(bool enabled, FeatureParameters parameters)
{
    public bool Enabled { get; } = enabled;

    public FeatureParameters Parameters { get; } = parameters;
}
