using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using Varai.Configuration.Layers;
using Varai.Configuration.Sources;
using Varai.Configuration.Validation;
using Varai.Secrets;
using Varai.State;

namespace Varai.Configuration;

/// <summary>Holds the view that all readers see and swaps it. Made before the host's container exists, because the host's own
/// set-up already reads configuration.</summary>
internal sealed class ConfigurationEngine : IDisposable
{
    private readonly TimeProvider _time;
    private volatile ConfigurationView _view;
    private ConfigurationStatus _status;
    private CancellationTokenSource _changed = new();
    private volatile LateSecretStore? _secrets;
    private Action _published = static () => { };

    public ConfigurationEngine(EnvironmentFolder folder, string environmentName, EnvironmentConfigurationOptions options, TimeProvider time)
    {
        _time = time;
        EnvironmentName = environmentName;
        Options = options;
        Loader = new LayerLoader(folder, options);
        Schemas = new SchemaGate(folder, Loader.Documents.Limits, options.CheckFormats);
        Provider = new EnvironmentConfigurationProvider(() => View, ResolveReferences);
        _status = new ConfigurationStatus([], time.GetUtcNow());
        _view = new ConfigurationView(new LoadedConfiguration(environmentName, [], ConfigurationNode.Object([]), []), time.GetUtcNow());
    }

    public string EnvironmentName { get; }

    public EnvironmentConfigurationOptions Options { get; }

    public LayerLoader Loader { get; }

    public SchemaGate Schemas { get; }

    public EnvironmentConfigurationProvider Provider { get; }

    /// <summary>The documents in the state store; <see langword="null"/> when the environments are files.</summary>
    public StateEnvironmentSource? State => Loader.Folder.Source as StateEnvironmentSource;

    public ConfigurationView View => _view;

    public ConfigurationStatus Status => Volatile.Read(ref _status);

    /// <summary>The secrets; <see langword="null"/> until there is a container that can make them.</summary>
    public ISecretStore? Secrets => _secrets?.Get();

    public IChangeToken ChangeToken => new CancellationChangeToken(Volatile.Read(ref _changed).Token);

    /// <summary>Reads the files for the first time; a service never starts on an invalid document.</summary>
    /// <exception cref="ConfigurationException">A file can't be read, or breaks its schema.</exception>
    public void LoadFirst()
    {
        if (!Loader.Folder.Exists)
        {
            RequireNothingThere();
            return;
        }

        // Nobody can open the state store before there is a container.
        if (State is not null)
            return;
        LoadedConfiguration loaded = LoadCandidate(EnvironmentName);
        if (loaded.Errors.Count > 0)
            throw new ConfigurationException($"The configuration of '{EnvironmentName}' is not valid:", loaded.Errors);
        _view = new ConfigurationView(loaded, _time.GetUtcNow());
        _ = _view.Index;
    }

    /// <summary>Reads an environment's files and does the checks that need no container: syntax, merging, schemas.</summary>
    public LoadedConfiguration LoadCandidate(string environmentName, IReadOnlyDictionary<string, byte[]>? replacements = null)
    {
        LoadedConfiguration loaded = Loader.Load(environmentName, replacements);
        if (loaded.Errors.Count == 0)
            loaded.Errors.AddRange(Schemas.Validate(loaded.Root));
        return loaded;
    }

    /// <summary>Reads this environment's files to take the place of those in use. A file that has gone is an error here: deleted
    /// by mistake, not yet written again, or on a disk that is away, and its values are needed.</summary>
    public LoadedConfiguration LoadNext()
    {
        LoadedConfiguration next = LoadCandidate(EnvironmentName);
        if (next.Errors.Count > 0)
            return next;
        foreach (LayerFile used in View.Loaded.Layers)
        {
            bool isKept = Loader.Folder.Exists && (used.Layer == ConfigurationLayer.Local || next.Layers.Any(l => l.Layer == used.Layer));
            if (!isKept)
            {
                next.Errors.Add(new ConfigurationError(
                    "The file was in use and is gone; its values stay in use. Put it back, or restart the service to run without it.",
                    new ConfigurationOrigin(used.File.Path, 0, 0),
                    Key: "")
                {
                    Check = "files",
                });
            }
        }

        return next;
    }

    /// <summary>The environment a caller means.</summary>
    /// <exception cref="ConfigurationException">It has no file; the message names those that have.</exception>
    public string RequireName(string? environmentName)
    {
        string name = environmentName?.ToLowerInvariant() ?? EnvironmentName;
        if (name == EnvironmentName)
            return name;
        IReadOnlyList<string> names = Loader.Folder.ListEnvironments();
        if (names.Contains(name, StringComparer.Ordinal))
            return name;
        string known = names.Count == 0 ? "there is none" : $"there are {string.Join(", ", names)}";
        throw new ConfigurationException(
            $"There is no environment '{environmentName}' in {Loader.Folder.DisplayPath}; {known}.", []);
    }

    /// <summary>Has something done whenever readers get other values, before any of them is told. It must not call users' code.</summary>
    public void OnPublished(Action action) => _published += action;

    /// <summary>The host's configuration with one view in the place of whatever is published meanwhile, secrets resolved.</summary>
    public IConfiguration Pin(ConfigurationView view, IConfiguration host) =>
        host is IConfigurationRoot root && root.Providers.Contains(Provider)
            ? CandidateConfiguration.Build(view, host, Provider, ResolveReferences)
            : host;

    public ConfigurationView Prepare(LoadedConfiguration loaded) => new(loaded, _time.GetUtcNow());

    /// <summary>Makes a view the one that readers see.</summary>
    /// <returns>Whether a value changed; a comment or a moved line does not count. The caller then calls
    /// <see cref="NotifyChanged"/>, outside any lock: it runs the users' callbacks.</returns>
    public bool Publish(ConfigurationView view)
    {
        bool changed = view.Snapshot.ContentHash != _view.Snapshot.ContentHash;

        // Before the first reader needs it.
        _ = view.Index;
        _view = view;
        if (changed)
            _published();
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

    /// <summary>Tells readers of changed values, all of them whatever one of them does.</summary>
    /// <returns>What their callbacks threw.</returns>
    public IReadOnlyList<Exception> NotifyChanged()
    {
        // Values may be others though the document is the same: a secret was rotated.
        _published();
        var failures = new List<Exception>();
        Run(Provider.OnReload);
        Run(Interlocked.Exchange(ref _changed, new CancellationTokenSource()).Cancel);
        return failures;

        void Run(Action notify)
        {
            try
            {
                notify();
            }
            catch (Exception e)
            {
                failures.AddRange(e is AggregateException all ? all.Flatten().InnerExceptions : [e]);
            }
        }
    }

    /// <summary>Gives values access to the secrets, once there is a container that can make the store.</summary>
    public void Attach(IServiceProvider services)
    {
        _secrets = new LateSecretStore(services);
        State?.Attach(services.GetRequiredService<IStateStore>);
    }

    public void Dispose()
    {
        State?.Dispose();
        _changed.Dispose();
    }

    private string ResolveReferences(string key, ConfigurationNode node) => ReferenceResolver.Resolve(() => Secrets, key, node);

    // The default folder is optional; a folder that somebody asked for is not.
    private void RequireNothingThere()
    {
        EnvironmentFolder folder = Loader.Folder;
        bool isFile = File.Exists(folder.FullPath);
        if (!isFile && Options.Directory == new EnvironmentConfigurationOptions().Directory)
            return;
        throw new ConfigurationException(
            $"The folder of configuration files {EnvironmentConfigurationOptions.SectionName}:{nameof(Options.Directory)} is '{Options.Directory}', and "
            + $"{folder.FullPath} {(isFile ? "is a file, not a folder" : "does not exist")}.",
            []);
    }
}
