using Varai.Configuration;

namespace Varai.FeatureFlags;

/// <summary>Refuses a document whose <c>feature_flags</c> can't be understood, before it is used.</summary>
internal sealed class FeatureFlagRule : IConfigurationRule
{
    public string Name => "feature_flags";

    public void Validate(ConfigurationRuleContext context) => FeatureFlagValidator.Validate(context.Root, context.Report);
}
