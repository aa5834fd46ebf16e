using Varai.Configuration;

namespace Varai.FeatureFlags.Editing;

/// <summary>Checks a set as the configuration's flags are checked.</summary>
internal sealed class FlagSetValidator : IFlagSetValidator
{
    public void Validate(FeatureFlagSet set, Action<ConfigurationError> report) => FeatureFlagReader.Read(set.ToNode(), report);
}
