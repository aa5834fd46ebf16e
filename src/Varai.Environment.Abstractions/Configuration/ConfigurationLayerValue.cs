namespace Varai.Configuration;

/// <summary>What one layer says for a key.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Value">The value as JSON, secret references as written.</param>
/// <param name="Origin">Where it was written.</param>
public sealed record ConfigurationLayerValue(ConfigurationLayer Layer, string Value, ConfigurationOrigin Origin);
