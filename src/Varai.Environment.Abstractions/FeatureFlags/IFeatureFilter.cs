using Varai.Configuration;

namespace Varai.FeatureFlags;

/// <summary>A condition of the service's own: <c>"client_filters": [{ "name": "...", "parameters": { ... } }]</c>.</summary>
/// <remarks>Registered with <c>AddFeatureFilter</c> as a singleton, disposed by the container. A filter is evaluated on the
/// caller's thread by every evaluation of a flag that names it, from any number of threads at once, under no lock: it should be
/// quick, and must not wait.</remarks>
public interface IFeatureFilter
{
    /// <summary>The name that flags refer to it by, compared whatever its case. With <c>Contoso.Browser</c>, a flag may also say
    /// <c>Browser</c>.</summary>
    string Name { get; }

    /// <summary>Reads the parameters once per snapshot, so that evaluating need not.</summary>
    /// <param name="parameters">The parameters as written; <see langword="null"/> when there are none.</param>
    /// <returns>What <see cref="IsEnabled"/> is given as <see cref="FeatureFilterContext.Settings"/>.</returns>
    /// <exception cref="FormatException">The parameters are wrong; the message says why. The flags are then refused, with the
    /// file, line and key, and the last good ones stay in use.</exception>
    object? Bind(ConfigurationNode? parameters);

    /// <summary>Whether the condition is met.</summary>
    /// <param name="context">The flag, the settings and whom it is evaluated for.</param>
    /// <remarks>An exception counts as not met, with <see cref="FlagReason.Error"/>, and is logged once per flag and filter.</remarks>
    bool IsEnabled(in FeatureFilterContext context);
}
