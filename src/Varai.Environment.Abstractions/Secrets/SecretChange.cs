namespace Varai.Secrets;

/// <summary>A change of a secret that the store has seen. It holds no value.</summary>
/// <param name="Name">The secret's name.</param>
/// <param name="Kind">What happened.</param>
/// <param name="At">When the store saw it.</param>
public sealed record SecretChange(string Name, SecretChangeKind Kind, DateTimeOffset At)
{
    /// <summary>The provider that holds it now, or that held it, for a deletion; <see langword="null"/> when that is not known.</summary>
    public string? Provider { get; init; }

    /// <summary>The version before, or <see langword="null"/> when the provider has none or it was never read.</summary>
    public string? OldVersion { get; init; }

    /// <summary>The version now, or <see langword="null"/> when the provider has none or the secret is gone.</summary>
    public string? NewVersion { get; init; }
}
