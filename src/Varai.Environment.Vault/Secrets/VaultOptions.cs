using System.Text.Json.Serialization;

namespace Varai.Vault.Secrets;

/// <summary>The settings of one Vault, under <c>Varai:Vault</c> or, for a named instance, <c>Varai:NAME</c>.</summary>
public sealed class VaultOptions
{
    /// <summary>The section of the instance that has no name of its own.</summary>
    public const string SectionName = "Varai:Vault";

    /// <summary>The addresses of the nodes of one Vault cluster, such as <c>https://vault:8200</c>; several are separated by commas.
    /// The next one is asked when one can't be reached or is sealed.</summary>
    /// <value>Default: the environment variable <c>VAULT_ADDR</c>, for the instance <c>vault</c> only.</value>
    public string? Address { get; set; }

    /// <summary>The namespace (Vault Enterprise, OpenBao), such as <c>team-a/prod</c>.</summary>
    /// <value>Default: the environment variable <c>VAULT_NAMESPACE</c> for the instance <c>vault</c>, else none.</value>
    public string? Namespace { get; set; }

    /// <summary>Where the key-value engine is mounted.</summary>
    /// <value>Default: <c>secret</c>.</value>
    public string Mount { get; set; } = "secret";

    /// <summary>The version of the key-value engine, 1 or 2.</summary>
    /// <value>Default: <see langword="null"/>, Vault is asked once.</value>
    public int? KvVersion { get; set; }

    /// <summary>What is put before each secret's name, such as <c>payments/</c>.</summary>
    /// <value>Default: nothing.</value>
    public string PathPrefix { get; set; } = "";

    /// <summary>The field whose value is the secret's value when an entry has no other field. Entries with other fields are given as
    /// the JSON object they are.</summary>
    /// <value>Default: <c>value</c>.</value>
    public string ValueField { get; set; } = "value";

    /// <summary>Mounts of engines that make credentials on demand, such as <c>database</c>: the secret <c>database/creds/readonly</c> is
    /// read from there, not from <see cref="Mount"/>, and its lease is renewed until shutdown.</summary>
    /// <value>Default: none.</value>
    public IList<string> DynamicMounts { get; } = [];

    /// <summary>Whether listing asks for each secret's metadata (one call each): version, times, custom metadata. Without it, secrets
    /// whose current version is deleted are listed too.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool ListMetadata { get; set; } = true;

    /// <summary>How long one request may take.</summary>
    /// <value>Default: 30 seconds.</value>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the first requests wait for a Vault that can't be reached, is sealed or has no active node yet.</summary>
    /// <value>Default: zero, the failure is reported at once.</value>
    public TimeSpan WaitForUnseal { get; set; }

    /// <summary>How long leases and the token are given to be revoked at shutdown. Zero leaves them to expire.</summary>
    /// <value>Default: 5 seconds.</value>
    public TimeSpan RevokeTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How to log in.</summary>
    /// <value>Default: with a token.</value>
    public VaultAuthOptions Auth { get; } = new();

    /// <summary>How the TLS connection is made.</summary>
    /// <value>Default: as the machine does it.</value>
    public VaultTlsOptions Tls { get; } = new();

    /// <summary>Changes or replaces what sends the requests: it is given the configured handler and gives the outermost one. It
    /// must not log headers or bodies, which hold tokens and secrets.</summary>
    /// <value>Default: <see langword="null"/>, the configured handler as it is.</value>
    [JsonIgnore]
    public Func<SocketsHttpHandler, HttpMessageHandler>? CreateHandler { get; set; }
}
