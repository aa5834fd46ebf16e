using Varai.Secrets;

namespace Varai.Vault.Secrets;

/// <summary>A token that something was wrapped in; whoever unwraps it first gets it, and nobody after. The caller disposes it.</summary>
public sealed class VaultWrapped : IDisposable
{
    internal VaultWrapped(SecretValue token) => Token = token;

    /// <summary>The wrapping token.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public SecretValue Token { get; }

    /// <summary>How long it can be unwrapped.</summary>
    public TimeSpan TimeToLive { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>The path that was asked for.</summary>
    public string? CreationPath { get; init; }

    /// <summary>Overwrites the token with zeros.</summary>
    public void Dispose() => Token.Dispose();

    /// <summary>Always <c>***</c>.</summary>
    public override string ToString() => SecretValue.Redacted;
}
