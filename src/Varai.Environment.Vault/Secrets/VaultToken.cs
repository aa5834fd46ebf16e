using Varai.Secrets;

namespace Varai.Vault.Secrets;

/// <summary>A token, as a login gave it. Nothing that prints it shows the token.</summary>
public sealed class VaultToken
{
    /// <summary>Creates a token.</summary>
    /// <param name="token">The token itself.</param>
    public VaultToken(SecretValue token)
    {
        ArgumentNullException.ThrowIfNull(token);
        Token = token;
    }

    /// <summary>The token itself.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public SecretValue Token { get; }

    /// <summary>How long it is valid from now on; zero when it does not expire.</summary>
    public TimeSpan TimeToLive { get; init; }

    /// <summary>Whether it can be renewed. Batch tokens can't.</summary>
    public bool IsRenewable { get; init; }

    /// <summary>Whether it was made for this client, which revokes it at shutdown then.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool IsOwned { get; init; } = true;

    /// <summary>Always <c>***</c>.</summary>
    public override string ToString() => SecretValue.Redacted;
}
