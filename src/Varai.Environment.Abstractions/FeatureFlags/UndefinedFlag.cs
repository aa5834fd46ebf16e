namespace Varai.FeatureFlags;

/// <summary>A flag that code declares and the environment does not define.</summary>
/// <param name="Flag">The flag's name.</param>
/// <param name="DefinedIn">The other environments that define it; empty when none does, or none is known.</param>
/// <param name="DidYouMean">The name of a defined flag that is much like it; <see langword="null"/> when there is none.</param>
public sealed record UndefinedFlag(string Flag, IReadOnlyList<string> DefinedIn, string? DidYouMean)
{
    /// <summary>Says it in words.</summary>
    public override string ToString() =>
        DefinedIn.Count > 0 ? $"'{Flag}' (defined in {string.Join(", ", DefinedIn)})"
        : DidYouMean is null ? $"'{Flag}'"
        : $"'{Flag}' (did you mean '{DidYouMean}'?)";
}
