using Varai.Configuration;

namespace Varai.FeatureFlags;

/// <summary>Something that holds or does not hold for the caller of a flag.</summary>
/// <remarks>Immutable; safe from any thread. What a condition needs to know and is not told (no context, an attribute that is
/// absent) makes it neither hold nor not hold, so that a <see cref="NotCondition"/> around it does not hold either: flags fail
/// closed.</remarks>
public abstract class FeatureCondition
{
    private protected FeatureCondition()
    {
    }

    /// <summary>The node the condition was read from, for messages; <see langword="null"/> when it was made in code.</summary>
    public ConfigurationNode? Node { get; init; }
}
