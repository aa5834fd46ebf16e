namespace Varai.FeatureFlags;

/// <summary>A condition of your own that definitions refer to by name.</summary>
/// <remarks>Registered with <c>AddFeatureFilter</c> as a singleton; the container disposes it. Called while a flag is evaluated,
/// from any thread and several at once: answer from memory. A filter that throws counts as undecided, so that its flag fails
/// closed, and is logged once per flag.</remarks>
public interface IFeatureFilter
{
    /// <summary>The name that definitions use, such as <c>Contoso.Browser</c>; compared whatever its case. Must not change.</summary>
    string Name { get; }

    /// <summary>Whether the condition holds; <see langword="null"/> when that can't be told, for instance without a context.</summary>
    /// <param name="context">What the filter may look at.</param>
    bool? Evaluate(in FeatureFilterContext context);
}
