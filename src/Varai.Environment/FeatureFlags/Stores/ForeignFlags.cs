using Varai.Configuration;

namespace Varai.FeatureFlags.Stores;

/// <summary>Flags that are written in a schema which nothing here writes.</summary>
internal static class ForeignFlags
{
    /// <summary>Refuses to change one.</summary>
    /// <exception cref="ConfigurationException">The write names a flag of Microsoft's sections.</exception>
    public static void Refuse(FeatureFlagSet present, FeatureFlagWrite write)
    {
        List<ConfigurationError> errors = [.. write.Flags
            .Select(flag => present.Find(flag.Key))
            .Where(static flag => flag is { Schema: not FeatureFlagSchema.Varai })
            .Select(static flag => new ConfigurationError(
                $"The feature flag '{flag!.Name}' is written here in Microsoft's schema, which is read but not written: change it by hand, "
                + $"or move it to '{RecordedFlags.Flags}'.",
                flag.Origin,
                $"{RecordedFlags.Flags}:{flag.Name}")
            {
                Check = RecordedFlags.Flags,
            })];
        if (errors.Count > 0)
            throw new ConfigurationException("The feature flags can't be changed.", errors);
    }
}
