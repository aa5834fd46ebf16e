namespace Varai.FeatureFlags;

/// <summary>What a filter of the service's own sees.</summary>
/// <param name="Flag">The flag's name.</param>
/// <param name="Settings">What <see cref="IFeatureFilter.Bind"/> made of the parameters.</param>
/// <param name="Context">Whom or what the flag is evaluated for; <see langword="null"/> when there is no context. A filter that
/// needs one should answer <see langword="false"/> then.</param>
/// <param name="Time">The host's clock.</param>
public readonly record struct FeatureFilterContext(string Flag, object? Settings, FlagContext? Context, TimeProvider Time);
