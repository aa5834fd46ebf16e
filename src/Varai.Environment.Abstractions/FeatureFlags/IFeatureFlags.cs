using Microsoft.Extensions.Primitives;

namespace Varai.FeatureFlags;

/// <summary>Answers whether features are on and which variant they give, from one immutable snapshot of the environment's flags.</summary>
/// <remarks>
/// Every member is safe from any thread, takes no lock and never waits. Flag names are compared whatever their case. A change of
/// the definitions is seen by the next call, whole. A call without a context takes the one of
/// <see cref="IFlagContextAccessor.Current"/>; when there is none either, rules that need a context are not met.
/// An unknown flag is logged once per name.
/// Typed values are read by the extension methods of <see cref="FeatureFlagsExtensions"/>.
/// </remarks>
public interface IFeatureFlags
{
    /// <summary>The names of the defined flags, in the order of their definitions.</summary>
    IReadOnlyList<string> FeatureNames { get; }

    /// <summary>Counts the snapshots of this process, from 1 for the first that was loaded; 0 before.</summary>
    long SnapshotVersion { get; }

    /// <summary>Whether a feature is on. Allocates nothing.</summary>
    /// <param name="name">The flag's name.</param>
    /// <returns><see langword="false"/> also for an unknown flag.</returns>
    bool IsFeatureEnabled(string name);

    /// <summary>Whether a feature is on for somebody. Allocates nothing.</summary>
    /// <param name="name">The flag's name.</param>
    /// <param name="context">Whom or what it is evaluated for.</param>
    /// <returns><see langword="false"/> also for an unknown flag.</returns>
    bool IsFeatureEnabled(string name, FlagContext context);

    /// <summary>Whether a declared feature is on; the fastest way to ask. Allocates nothing.</summary>
    /// <param name="flag">The flag.</param>
    /// <returns>The flag's <see cref="Flag{T}.DefaultValue"/> when it is not defined.</returns>
    bool IsFeatureEnabled(Flag<bool> flag);

    /// <summary>Whether a declared feature is on for somebody. Allocates nothing.</summary>
    /// <param name="flag">The flag.</param>
    /// <param name="context">Whom or what it is evaluated for.</param>
    /// <returns>The flag's <see cref="Flag{T}.DefaultValue"/> when it is not defined.</returns>
    bool IsFeatureEnabled(Flag<bool> flag, FlagContext context);

    /// <summary>The parameters of a feature, whether it is on or off.</summary>
    /// <param name="name">The flag's name.</param>
    /// <returns>The parameters; empty for a flag without any and for an unknown flag.</returns>
    FeatureParameters GetFeatureParameters(string name);

    /// <summary>Evaluates a flag: whether it is on, its variant, and why. Allocates nothing.</summary>
    /// <param name="name">The flag's name.</param>
    /// <param name="context">Whom or what it is evaluated for; <see langword="null"/> for the ambient context.</param>
    FlagEvaluation Evaluate(string name, FlagContext? context = null);

    /// <summary>Evaluates a declared flag: whether it is on, its variant, and why. Allocates nothing.</summary>
    /// <param name="flag">The flag.</param>
    /// <param name="context">Whom or what it is evaluated for; <see langword="null"/> for the ambient context.</param>
    FlagEvaluation Evaluate(Flag flag, FlagContext? context = null);

    /// <summary>Evaluates every flag against one snapshot, in the order of their definitions.</summary>
    /// <param name="context">Whom or what they are evaluated for; <see langword="null"/> for the ambient context.</param>
    IReadOnlyList<FlagEvaluation> EvaluateAll(FlagContext? context = null);

    /// <summary>Tells which rule decides and what each other rule says. For people: it takes its time, and counts as no exposure.</summary>
    /// <param name="name">The flag's name.</param>
    /// <param name="context">Whom or what it is evaluated for; <see langword="null"/> for the ambient context.</param>
    FlagExplanation Explain(string name, FlagContext? context = null);

    /// <summary>The same flags with the present snapshot kept for good, so that one piece of work sees one state. Inject
    /// <see cref="IFeatureFlagSnapshot"/> for one that lasts a scope.</summary>
    IFeatureFlagSnapshot Pin();

    /// <summary>A token that fires once, after the snapshot was replaced; the token of pinned flags never fires.</summary>
    IChangeToken GetChangeToken();
}
