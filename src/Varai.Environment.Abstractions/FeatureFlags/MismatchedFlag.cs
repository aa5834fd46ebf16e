namespace Varai.FeatureFlags;

/// <summary>A flag whose definition does not fit the type that code declares.</summary>
/// <param name="Flag">The flag's name.</param>
/// <param name="DeclaredType">The type that code declares.</param>
/// <param name="Problem">What does not fit, as the end of a sentence; without the variants' values.</param>
public sealed record MismatchedFlag(string Flag, Type DeclaredType, string Problem)
{
    /// <summary>Says it in words.</summary>
    public override string ToString() => $"'{Flag}' is declared as {DeclaredType?.Name}, but {Problem}";
}
