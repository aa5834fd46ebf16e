using Varai.Configuration;

namespace Varai.FeatureFlags;

/// <summary>Checks the feature flags of a document before it is used.</summary>
internal static class FeatureFlagValidator
{
    public static void Validate(ConfigurationNode root, Action<ConfigurationError> report) => FeatureFlagReader.Read(root, report);
}
