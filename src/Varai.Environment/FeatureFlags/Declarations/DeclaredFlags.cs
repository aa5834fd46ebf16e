namespace Varai.FeatureFlags.Declarations;

/// <summary>Flags that one call of <c>AddFlags</c> declared.</summary>
internal sealed record DeclaredFlags(IReadOnlyList<Flag> Flags);
