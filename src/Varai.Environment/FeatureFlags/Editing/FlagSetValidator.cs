using Varai.Configuration;
using Varai.FeatureFlags.Conditions;
using Varai.FeatureFlags.Evaluation;

namespace Varai.FeatureFlags.Editing;

/// <summary>Checks a set by compiling it, as the feed does when it is loaded.</summary>
internal sealed class FlagSetValidator(FlagSetCompiler compiler, IEnvironmentConfiguration configuration) : IFlagSetValidator
{
    public void Validate(FeatureFlagSet set, Action<ConfigurationError> report) =>
        compiler.Compile(set, configuration.EnvironmentName, version: 0, new FlagErrors(report));
}
