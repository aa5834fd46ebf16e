using Varai.Configuration;

namespace Varai.FeatureFlags.Stores;

/// <summary>A value and what the layers say that it comes from; null where there is nothing.</summary>
/// <param name="Present">The value in use.</param>
/// <param name="Lower">What the shared file says.</param>
/// <param name="Own">What the environment's own file says.</param>
internal readonly record struct LayeredValue(ConfigurationNode? Present, ConfigurationNode? Lower, ConfigurationNode? Own)
{
    /// <summary>The same for a member. A layer that is no object has none, and what the upper one replaced does not show.</summary>
    public LayeredValue Find(string name) => new(
        Present?.Find(name), Own is null or { Kind: ConfigurationNodeKind.Object } ? Lower?.Find(name) : null, Own?.Find(name));
}
