using Microsoft.Extensions.Primitives;
using Varai.Configuration.Layers;
using Varai.Secrets;

namespace Varai.Configuration;

/// <summary>Holds the view that all readers see and swaps it. Made before the host's container exists, because the host's own
/// set-up already reads configuration.</summary>
internal sealed class ConfigurationEngine : IDisposable
{
    private readonly TimeProvider _time;
    private volatile ConfigurationView _view;
    private ConfigurationStatus _status;
    private CancellationTokenSource _changed = new();
    private volatile ISecretStore? _secrets;

    public ConfigurationEngine(EnvironmentFolder folder, string environmentName, EnvironmentConfigurationOptions options, TimeProvider time)
    {
        _time = time;
        EnvironmentName = environmentName;
        Options = options;
        Loader = new LayerLoader(folder, options);
        Schemas = new SchemaGate(folder, Loader.Limits, options.CheckFormats);
        Provider = new EnvironmentConfigurationProvider(() => View, ResolveReferences);
        _status = new ConfigurationStatus([], time.GetUtcNow());
        _view = new ConfigurationView(new LoadedConfiguration(environmentName, [], ConfigurationNode.Object([]), []), time.GetUtcNow());
    }

    public string EnvironmentName { get; }

    public EnvironmentConfigurationOptions Options { get; }

    public LayerLoader Loader { get; }

    public SchemaGate Schemas { get; }

    public EnvironmentConfigurationProvider Provider { get; }

    public ConfigurationView View => _view;

    public ConfigurationStatus Status => Volatile.Read(ref _status);

    public IChangeToken ChangeToken => new CancellationChangeToken(Volatile.Read(ref _changed).Token);

    /// <summary>Reads the files for the first time; a service never starts on an invalid document.</summary>
    /// <exception cref="ConfigurationException">A file can't be read, or breaks its schema.</exception>
    public void LoadFirst()
    {
        if (!Loader.Folder.Exists)
            return;
        LoadedConfiguration loaded = LoadCandidate(EnvironmentName);
        if (loaded.Errors.Count > 0)
            throw new ConfigurationException($"The configuration of '{EnvironmentName}' is not valid:", loaded.Errors);
        _view = new ConfigurationView(loaded, _time.GetUtcNow());
    }

    /// <summary>Reads an environment's files and does the checks that need no container: syntax, merging, schemas.</summary>
    public LoadedConfiguration LoadCandidate(string environmentName, IReadOnlyDictionary<string, byte[]>? replacements = null)
    {
        LoadedConfiguration loaded = Loader.Load(environmentName, replacements);
        if (loaded.Errors.Count == 0)
            loaded.Errors.AddRange(Schemas.Validate(loaded.Root));
        return loaded;
    }

    /// <summary>The environment a caller means.</summary>
    /// <exception cref="ConfigurationException">It has no file; the message names those that have.</exception>
    public string RequireName(string? environmentName)
    {
        if (environmentName is null || environmentName == EnvironmentName)
            return EnvironmentName;
        IReadOnlyList<string> names = Loader.Folder.ListEnvironments();
        if (names.Contains(environmentName, StringComparer.Ordinal))
            return environmentName;
        string known = names.Count == 0 ? "there is none" : $"there are {string.Join(", ", names)}";
        throw new ConfigurationException(
            $"There is no environment '{environmentName}' in {Loader.Folder.DisplayPath}; {known}.", []);
    }

    public ConfigurationView Prepare(LoadedConfiguration loaded) => new(loaded, _time.GetUtcNow());

    /// <summary>Makes a view the one that readers see.</summary>
    /// <returns>Whether a value changed; a comment or a moved line does not count. The caller then calls
    /// <see cref="NotifyChanged"/>, outside any lock: it runs the users' callbacks.</returns>
    public bool Publish(ConfigurationView view)
    {
        bool changed = view.Snapshot.ContentHash != _view.Snapshot.ContentHash;
        _view = view;
        return changed;
    }

    /// <summary>Changes the status; the file watcher and the recorder do so at the same time.</summary>
    public void UpdateStatus<TState>(Func<ConfigurationStatus, TState, ConfigurationStatus> change, TState state)
    {
        ConfigurationStatus seen;
        do
        {
            seen = Status;
        }
        while (Interlocked.CompareExchange(ref _status, change(seen, state), seen) != seen);
    }

    public void NotifyChanged()
    {
        Provider.OnReload();
        Interlocked.Exchange(ref _changed, new CancellationTokenSource()).Cancel();
    }

    /// <summary>Gives values access to the secrets, once the container can make the store.</summary>
    public void Attach(ISecretStore secrets) => _secrets = secrets;

    public void Dispose() => _changed.Dispose();

    private string ResolveReferences(string key, ConfigurationNode node) => ReferenceResolver.Resolve(_secrets, key, node);
}
