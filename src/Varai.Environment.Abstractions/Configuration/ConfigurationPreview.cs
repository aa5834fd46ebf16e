namespace Varai.Configuration;

/// <summary>What an update would make of an environment.</summary>
/// <param name="Result">The document as it would be; where there are errors perhaps not all of it.</param>
/// <param name="Errors">What is wrong with it; empty when the update would be taken.</param>
public sealed record ConfigurationPreview(ConfigurationSnapshot Result, IReadOnlyList<ConfigurationError> Errors)
{
    /// <summary>Whether the update would be taken.</summary>
    public bool IsValid => Errors.Count == 0;
}
