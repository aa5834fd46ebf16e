using Varai.Configuration;

namespace Varai.FeatureFlags.Editing;

/// <summary>Says what is wrong with a set of flags before it is written.</summary>
internal interface IFlagSetValidator
{
    void Validate(FeatureFlagSet set, Action<ConfigurationError> report);
}
