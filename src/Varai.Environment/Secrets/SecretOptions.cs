using Varai.Secrets.LocalStore;

namespace Varai.Secrets;

/// <summary>The settings of the secret store, bound from the section <c>Varai:Secrets</c> and checked when the host starts.</summary>
public sealed class SecretOptions
{
    /// <summary>The section they are bound from.</summary>
    public const string SectionName = "Varai:Secrets";

    /// <summary>The folder of the file provider; a relative path starts at the host's content root.</summary>
    /// <value>Default: <c>config/secrets</c>.</value>
    public string Directory { get; set; } = "config/secrets";

    /// <summary>What the environment variables of secrets begin with, such as <c>SHOP_</c>; other variables are not read then.</summary>
    /// <value>Letters, digits and underscores. Default: empty, so that every variable can be read as a secret.</value>
    public string Prefix { get; set; } = "";

    /// <summary>Whether the file <see cref="DotEnvFile"/> is read.</summary>
    /// <value>Default: none, which is <see langword="true"/> where the host's environment is <c>Development</c>.</value>
    public bool? DotEnv { get; set; }

    /// <summary>The dotenv file; a relative path starts at the host's content root. The file of that name with <c>.local</c> behind it is
    /// read after it, and what it says counts more. Neither has to be there.</summary>
    /// <value>Default: <c>.env</c>.</value>
    public string DotEnvFile { get; set; } = ".env";

    /// <summary>The encrypted local store.</summary>
    public LocalSecretStoreOptions LocalStore { get; } = new();

    /// <summary>How long a secret is served from the cache. It is read again in the background when four fifths of the time are
    /// over and somebody asks for it. Each entry's time is varied by up
    /// to 10 % either way, so that many services don't ask at once.</summary>
    /// <value>1 second to 30 days. Default: 5 minutes.</value>
    public TimeSpan CacheTtl { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long it is remembered that no provider holds a secret; also the time between two attempts to refresh a
    /// value that is past its time to live while its provider fails.</summary>
    /// <value>0 (not remembered) to 1 hour. Default: 30 seconds.</value>
    public TimeSpan NegativeCacheTtl { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the last known value is served while its provider fails, counted from the first refresh that failed
    /// and never past the secret's own expiry.</summary>
    /// <value>0 (never) to 30 days. Default: 1 hour.</value>
    public TimeSpan MaxStale { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long one provider may take to answer one read before the read counts as failed.</summary>
    /// <value>100 milliseconds to 10 minutes. Default: 30 seconds.</value>
    public TimeSpan ReadTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The most addresses the cache holds; beyond it the ones whose time to live ends first are dropped. Those that are
    /// watched are kept.</summary>
    /// <value>1 to 1,000,000. Default: 10,000.</value>
    public int MaxEntries { get; set; } = 10_000;

    /// <summary>Whether secret files that group or others can read are refused. Mounts of Kubernetes are readable by all
    /// (mode 0644), so by default such a file is read and a warning is logged once.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool RequirePrivateFiles { get; set; }

    /// <summary>The secrets that are read when the host starts, by name or with version and field; it does not start when one is
    /// missing.</summary>
    /// <value>Default: none.</value>
    public IList<string> Prefetch { get; } = [];

    /// <summary>The names of providers that a read passes over while they fail. Passing over is logged and shown in health, and
    /// a secret that no other provider holds is reported as the provider's failure, not as missing.</summary>
    /// <value>Default: none, so that a failing provider fails the read.</value>
    public IList<string> OptionalProviders { get; } = [];

    /// <summary>How long a read waits for the refresh of a value that is past its time to live before it is given the last known
    /// one; the refresh goes on. Where <see cref="MaxStale"/> is 0 it waits for the outcome.</summary>
    /// <value>0 (not at all) to 10 minutes. Default: 1 second.</value>
    public TimeSpan RefreshWait { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The names of the providers in the order they are asked for every name that no route matches. One that is left out is asked
    /// only where a route names it.</summary>
    /// <value>Default: none, which is all of them in the order they were registered.</value>
    public IList<string> Providers { get; } = [];

    /// <summary>Which providers are asked for which names. The first route whose pattern matches decides; a name that none matches is asked
    /// for in the whole chain.</summary>
    /// <value>Default: none.</value>
    public IList<SecretRoute> Routes { get; } = [];

    /// <summary>The name of the provider that secrets are written to and deleted from, where no route decides.</summary>
    /// <value>Default: none: the first that can write and holds the name already; for a new name the last that the service has
    /// added and that can write; without one, the encrypted <see cref="LocalStore"/>.</value>
    public string? Writer { get; set; }

    /// <summary>How long one provider may take to write or delete a secret. After that the call fails, and it is not known whether
    /// it happened.</summary>
    /// <value>100 milliseconds to 10 minutes. Default: 30 seconds.</value>
    public TimeSpan WriteTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>When calls are repeated, and when a provider that fails is left alone, for all providers.</summary>
    /// <value>Default: 3 repetitions, and 15 seconds after half of at least 10 attempts failed; see
    /// <see cref="SecretResilienceOptions"/>.</value>
    public SecretResilienceOptions Resilience { get; } = new();

    /// <summary>As <see cref="Resilience"/> for one provider, by its name; what is left out there is taken from that.</summary>
    /// <value>Default: none.</value>
    public IDictionary<string, SecretResilienceOptions> ProviderResilience { get; } =
        new Dictionary<string, SecretResilienceOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether an exception that a provider throws, other than a <see cref="SecretProviderException"/>, is kept as the inner
    /// exception of the one that is raised, and those that a <see cref="SecretProviderException"/> brings with it. Their texts may quote what
    /// a backend answered and so a secret, which would then be in logs: for finding an error, not for production.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool KeepProviderExceptions { get; set; }

    /// <summary>Whether a setting names a provider, which only those who know the providers can check.</summary>
    internal bool NamesProviders =>
        OptionalProviders.Count + Providers.Count + Routes.Count + ProviderResilience.Count > 0 || Writer is not null;
}
