using Varai.Configuration;
using Varai.FeatureFlags.Conditions;
using Varai.FeatureFlags.Definitions;
using Varai.FeatureFlags.Evaluation;

namespace Varai.FeatureFlags;

/// <summary>Refuses a document whose flags or segments can't be compiled, before it is used.</summary>
internal sealed class FeatureFlagRule(FlagSetCompiler compiler) : IConfigurationRule
{
    public string Name => FlagErrors.Check;

    public void Validate(ConfigurationRuleContext context)
    {
        var errors = new FlagErrors(context.Report);
        compiler.Compile(FlagDocument.Read(context.Root, errors), context.EnvironmentName, version: 0, errors);
    }
}
