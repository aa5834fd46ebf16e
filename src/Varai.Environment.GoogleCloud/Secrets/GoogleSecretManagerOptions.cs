namespace Varai.GoogleCloud.Secrets;

/// <summary>How Google Secret Manager is reached.</summary>
/// <remarks>Bound to the section <c>Varai:GoogleSecretManager</c>, or <c>Varai:NAME</c> for an instance with a name; functions can only
/// be set in code.</remarks>
public sealed class GoogleSecretManagerOptions
{
    /// <summary>The configuration section of the instance without a name.</summary>
    public const string SectionName = "Varai:GoogleSecretManager";

    /// <summary>The project that holds the secrets: its id or its number.</summary>
    /// <value>Default: <see langword="null"/>: the environment variable <c>GOOGLE_CLOUD_PROJECT</c>, else the project of the
    /// credentials, else the one that the metadata server names.</value>
    public string? ProjectId { get; set; }

    /// <summary>The location of regional secrets, such as <c>europe-west3</c>. They are other secrets than the global ones.</summary>
    /// <value>Default: <see langword="null"/>, global secrets.</value>
    public string? Location { get; set; }

    /// <summary>The address of the service. <c>http</c> is allowed for this machine only, since each request carries a token.</summary>
    /// <value>Default: <see langword="null"/>: <c>https://secretmanager.googleapis.com</c>, or with a <see cref="Location"/>
    /// <c>https://secretmanager.LOCATION.rep.googleapis.com</c>.</value>
    public string? Endpoint { get; set; }

    /// <summary>A JSON file with credentials: the key of a service account, a configuration of workload identity federation, or what
    /// <c>gcloud auth application-default login</c> writes.</summary>
    /// <value>Default: <see langword="null"/>, the application default credentials of the machine.</value>
    public string? CredentialsFile { get; set; }

    /// <summary>Gives the access token itself, in place of any other credentials. Called before every request, and once more when a
    /// token was refused; it caches where getting one takes time, and may be called from any thread.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public Func<CancellationToken, ValueTask<string>>? AccessToken { get; set; }

    /// <summary>The project that is billed for the calls and whose quota they use.</summary>
    /// <value>Default: <see langword="null"/>, what the credentials say, else the project of the secrets.</value>
    public string? QuotaProject { get; set; }

    /// <summary>What is put in front of every name; names that lack it are not listed.</summary>
    /// <value>Letters, digits, <c>_</c> and <c>-</c>. Default: empty.</value>
    public string NamePrefix { get; set; } = "";

    /// <summary>Whether characters that Google does not allow in a name, such as <c>/</c>, <c>.</c> and <c>:</c>, are written as
    /// <c>__</c> and the two hexadecimal digits of each byte: <c>Db:Password</c> is the secret <c>Db__3APassword</c>. An underscore
    /// before another one or before such a character is written so, too.</summary>
    /// <value>Default: <see langword="false"/>: a name with such a character is not here.</value>
    public bool EscapeNames { get; set; }

    /// <summary>Labels that secrets get when they are created by writing them.</summary>
    /// <value>Default: none.</value>
    public IDictionary<string, string> Labels { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The locations that secrets are kept in when they are created by writing them, such as <c>europe-west3</c>. For
    /// global secrets only.</summary>
    /// <value>Default: none, Google chooses (automatic replication).</value>
    public IList<string> ReplicationLocations { get; } = [];

    /// <summary>Changes or replaces what sends the requests, those for tokens included (proxy, trusted certificates, lifetimes): it is
    /// given the configured handler and gives the outermost one. Called once for the calls and once for each kind of token. Redirects of
    /// the given handler stay off, and so do its activities, because they repeat what a broken answer holds. What it gives must not log
    /// headers or bodies, which hold tokens and secrets.</summary>
    /// <value>Default: <see langword="null"/>, the configured handler as it is.</value>
    public Func<SocketsHttpHandler, HttpMessageHandler>? CreateHandler { get; set; }
}
