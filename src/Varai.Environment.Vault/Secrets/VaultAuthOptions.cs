using System.Diagnostics;
using System.Runtime.Serialization;
using System.Text.Json.Serialization;
using Varai.Secrets;

namespace Varai.Vault.Secrets;

/// <summary>How <see cref="VaultClient"/> logs in. What belongs to another method than <see cref="Method"/> must not be set.</summary>
/// <remarks>Prefer files and callbacks: a value in configuration can be read by all that read configuration. Files are read again at
/// each login, so what replaces them is picked up.</remarks>
public sealed class VaultAuthOptions
{
    /// <summary>How to log in.</summary>
    /// <value>Default: <see cref="VaultAuthMethod.Token"/>.</value>
    public VaultAuthMethod Method { get; set; }

    /// <summary>Where the method is enabled, without <c>auth/</c>.</summary>
    /// <value>Default: <see langword="null"/>, the method's usual one: <c>approle</c>, <c>kubernetes</c>, <c>userpass</c>, <c>jwt</c>, <c>cert</c>.</value>
    public string? Mount { get; set; }

    /// <summary>The token, for <see cref="VaultAuthMethod.Token"/>.</summary>
    /// <value>Default: the environment variable <c>VAULT_TOKEN</c>, for the instance <c>vault</c> only.</value>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? Token { get; set; }

    /// <summary>A file that holds the token, such as the sink of a Vault Agent, for <see cref="VaultAuthMethod.Token"/>.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public string? TokenFile { get; set; }

    /// <summary>The role id, for <see cref="VaultAuthMethod.AppRole"/>.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public string? RoleId { get; set; }

    /// <summary>The secret id, for <see cref="VaultAuthMethod.AppRole"/>.</summary>
    /// <value>Default: <see langword="null"/>, for roles that need none.</value>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? SecretId { get; set; }

    /// <summary>A file that holds the secret id, for <see cref="VaultAuthMethod.AppRole"/>.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public string? SecretIdFile { get; set; }

    /// <summary>Whether what is given as the secret id is a wrapping token, which is unwrapped once and then remembered.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool SecretIdIsWrapped { get; set; }

    /// <summary>The role, for <see cref="VaultAuthMethod.Kubernetes"/>, <see cref="VaultAuthMethod.Jwt"/> and (the certificate role)
    /// <see cref="VaultAuthMethod.Certificate"/>.</summary>
    /// <value>Default: <see langword="null"/>; needed for Kubernetes.</value>
    public string? Role { get; set; }

    /// <summary>A file that holds the signed token, for <see cref="VaultAuthMethod.Kubernetes"/> and <see cref="VaultAuthMethod.Jwt"/>.</summary>
    /// <value>Default: for Kubernetes <c>/var/run/secrets/kubernetes.io/serviceaccount/token</c>, else <see langword="null"/>.</value>
    public string? JwtFile { get; set; }

    /// <summary>Gives the signed token, in place of <see cref="JwtFile"/>. Called at each login, one call at a time; the value is
    /// disposed afterwards.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    [JsonIgnore]
    public Func<CancellationToken, ValueTask<SecretValue>>? GetJwtAsync { get; set; }

    /// <summary>The user's name, for <see cref="VaultAuthMethod.UserPass"/>.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public string? Username { get; set; }

    /// <summary>The user's password, for <see cref="VaultAuthMethod.UserPass"/>.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? Password { get; set; }

    /// <summary>A file that holds the password, for <see cref="VaultAuthMethod.UserPass"/>.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public string? PasswordFile { get; set; }

    /// <summary>A way to log in of your own, for <see cref="VaultAuthMethod.Custom"/>. Called at the first request, before the token
    /// ends, and when Vault no longer accepts it; one call at a time. What it throws, unless it is a <see cref="VaultException"/>, is
    /// reported by its type only.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    [JsonIgnore]
    public Func<VaultLogin, CancellationToken, ValueTask<VaultToken>>? LogInAsync { get; set; }
}
