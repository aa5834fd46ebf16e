namespace Varai.FeatureFlags;

/// <summary>Answers whether features are on, from one immutable snapshot of the environment's flags.</summary>
/// <remarks>Every member is safe from any thread, takes no lock and never waits. Flag names are compared whatever their case.
/// A change of the definitions is seen by the next call, whole.</remarks>
public interface IFeatureFlags
{
    /// <summary>The names of the defined flags, in the order of their definitions.</summary>
    IReadOnlyList<string> FeatureNames { get; }

    /// <summary>Whether a feature is on. Allocates nothing.</summary>
    /// <param name="name">The flag's name.</param>
    /// <returns><see langword="false"/> also for an unknown flag, which is logged once per name.</returns>
    bool IsFeatureEnabled(string name);

    /// <summary>The parameters of a feature, whether it is on or off.</summary>
    /// <param name="name">The flag's name.</param>
    /// <returns>The parameters; empty for a flag without any and for an unknown flag, which is logged once per name.</returns>
    FeatureParameters GetFeatureParameters(string name);
}
