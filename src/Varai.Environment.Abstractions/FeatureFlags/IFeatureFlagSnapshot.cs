namespace Varai.FeatureFlags;

/// <summary>Flags pinned for a scope: every evaluation in one request sees the snapshot that the first one saw, as
/// <c>IOptionsSnapshot</c> does for options.</summary>
public interface IFeatureFlagSnapshot : IFeatureFlags;
