namespace Varai.FeatureFlags;

/// <summary>Answers from one immutable snapshot of the environment's flags whether features are on, for whom, and why.</summary>
/// <remarks>
/// Every member is safe from any thread, takes no lock and never waits. Flag names are compared whatever their case.
/// A change of the definitions is seen by the next call, whole. A call without a context is evaluated for the ambient one, see
/// <see cref="IFlagContextAccessor"/>. More calls are extension methods of <see cref="FeatureFlagsExtensions"/>.
/// </remarks>
public interface IFeatureFlags
{
    /// <summary>The names of the defined flags, in the order of their definitions.</summary>
    IReadOnlyList<string> FeatureNames { get; }

    /// <summary>The present state of all flags. Hold on to it, or <see cref="Pin"/>, where several answers must fit together.</summary>
    FlagSnapshot Snapshot { get; }

    /// <summary>Whether a feature is on for the ambient context. Allocates nothing.</summary>
    /// <param name="name">The flag's name.</param>
    /// <returns><see langword="false"/> also for an unknown flag, which is logged once per name.</returns>
    bool IsFeatureEnabled(string name);

    /// <summary>The parameters of a feature, whether it is on or off.</summary>
    /// <param name="name">The flag's name.</param>
    /// <returns>The parameters; empty for a flag without any and for an unknown flag, which is logged once per name.</returns>
    FeatureParameters GetFeatureParameters(string name);

    /// <summary>What a flag is, and why. Allocates nothing.</summary>
    /// <param name="name">The flag's name.</param>
    /// <param name="context">For whom; <see langword="null"/> for the ambient context.</param>
    /// <returns>The decision; off with the reason <see cref="FlagReason.Unknown"/> for an unknown flag, which is logged once per
    /// name.</returns>
    FlagDecision Evaluate(string name, FlagContext? context = null);

    /// <summary>Tells in words what decided, and what every other part of the definition said.</summary>
    /// <param name="name">The flag's name.</param>
    /// <param name="context">For whom; <see langword="null"/> for the ambient context.</param>
    FlagExplanation Explain(string name, FlagContext? context = null);

    /// <summary>The same flags, which stay as they are now whatever changes.</summary>
    IFeatureFlags Pin();
}
