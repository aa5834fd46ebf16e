using Varai.Configuration;
using Varai.FeatureFlags.Engine;

namespace Varai.FeatureFlags;

/// <summary>Refuses a document whose feature flags can't be understood, before it is used.</summary>
internal sealed class FeatureFlagRule(FlagCompiler compiler) : IConfigurationRule
{
    public string Name => "feature_flags";

    public void Validate(ConfigurationRuleContext context) => FeatureFlagValidator.Validate(context.Root, compiler, context.Report);
}
