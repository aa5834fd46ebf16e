namespace Varai.Configuration;

/// <summary>What all checks of an environment found.</summary>
/// <param name="EnvironmentName">The environment.</param>
/// <param name="Errors">Every error; empty when the environment can be deployed.</param>
public sealed record ConfigurationValidationResult(string EnvironmentName, IReadOnlyList<ConfigurationError> Errors)
{
    /// <summary>Whether nothing is wrong.</summary>
    public bool IsValid => Errors.Count == 0;

    /// <summary>Raises what was found.</summary>
    /// <exception cref="ConfigurationException">There is an error.</exception>
    public void ThrowIfInvalid()
    {
        if (!IsValid)
            throw new ConfigurationException($"The configuration of '{EnvironmentName}' is not valid:", Errors);
    }
}
