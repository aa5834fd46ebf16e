using Varai.Configuration;
using Varai.FeatureFlags.Engine;

namespace Varai.FeatureFlags;

/// <summary>Checks the feature flags of a document before it is used.</summary>
internal static class FeatureFlagValidator
{
    /// <summary>Reports what can't be read; if all can, what contradicts itself.</summary>
    public static void Validate(ConfigurationNode root, FlagCompiler compiler, Action<ConfigurationError> report)
    {
        bool isReadable = true;
        FeatureFlagSet set = FeatureFlagReader.Read(root, error =>
        {
            isReadable = false;
            report(error);
        });
        if (isReadable)
            compiler.Check(set, report);
    }
}
