namespace Varai.Secrets;

/// <summary>One version of a secret, as a provider found it.</summary>
/// <remarks>Immutable; safe from any thread. Nothing that prints or serialises it shows the value.</remarks>
public sealed class Secret
{
    /// <summary>Creates a secret.</summary>
    /// <param name="name">Its name, as asked for.</param>
    /// <param name="value">Its value.</param>
    /// <param name="provider">The <see cref="ISecretProvider.Name"/> of the provider that holds it.</param>
    public Secret(string name, SecretValue value, string provider)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(value);
        ArgumentException.ThrowIfNullOrEmpty(provider);
        Name = name;
        Value = value;
        Provider = provider;
    }

    /// <summary>The name it was asked for by.</summary>
    public string Name { get; }

    /// <summary>The value; redacted wherever it is printed.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public SecretValue Value { get; }

    /// <summary>The name of the provider that holds it.</summary>
    public string Provider { get; }

    /// <summary>The version as the provider names it, or <see langword="null"/> when it has no versions.</summary>
    public string? Version { get; init; }

    /// <summary>When the value stops being valid, or <see langword="null"/> when that is not known. It is cached no longer.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When this version was created, or <see langword="null"/> when that is not known.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>What the value is, as the backend has it (<c>application/x-pkcs12</c>, ...), or <see langword="null"/>.</summary>
    public string? ContentType { get; init; }

    /// <summary>The value as text.</summary>
    /// <returns>The same string each time.</returns>
    /// <exception cref="SecretException">The value is binary.</exception>
    /// <exception cref="ObjectDisposedException">The value was disposed.</exception>
    public string RevealString()
    {
        try
        {
            return Value.RevealString();
        }
        catch (InvalidOperationException e) when (e is not ObjectDisposedException)
        {
            throw new SecretException(
                Name,
                $"The secret '{Name}' from '{Provider}' is binary, not text. Call FindSecretAsync and read it with Value.RevealBytes.",
                e);
        }
    }

    /// <summary>Always <c>***</c>.</summary>
    public override string ToString() => SecretValue.Redacted;
}
