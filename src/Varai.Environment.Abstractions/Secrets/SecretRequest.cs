namespace Varai.Secrets;

/// <summary>What an <see cref="ISecretProvider"/> is asked for.</summary>
public sealed record SecretRequest
{
    /// <summary>Creates a request for the current version.</summary>
    /// <param name="name">The secret's name.</param>
    /// <exception cref="ArgumentException">The name breaks the rule of <see cref="SecretName"/>.</exception>
    public SecretRequest(string name)
    {
        SecretName.ThrowIfInvalid(name);
        Name = name;
    }

    /// <summary>The secret's name; valid by <see cref="SecretName"/>.</summary>
    public string Name { get; }

    /// <summary>The version as the provider names it, or <see langword="null"/> for the current one.</summary>
    public string? Version { get; init; }
}
