using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Varai.Configuration;
using Varai.Configuration.Layers;
using Varai.Configuration.Sources;
using Varai.State;

namespace Varai.DependencyInjection;

/// <summary>What is decided while the host is being set up, before there is a container.</summary>
internal sealed class VaraiSetup
{
    private VaraiSetup(string contentRoot, VaraiOptions options, ConfigurationEngine engine)
    {
        ContentRoot = contentRoot;
        Options = options;
        Engine = engine;
        HasFiles = engine.Loader.Folder.Exists;
    }

    public string ContentRoot { get; }

    public VaraiOptions Options { get; }

    public ConfigurationEngine Engine { get; }

    /// <summary>Whether there was a folder of configuration files when the host was set up, or they lie in the state store.</summary>
    public bool HasFiles { get; }

    /// <summary>The folder for what this node keeps on its disk.</summary>
    public string StateDirectory(StateOptions options) => Path.Combine(ContentRoot, options.Directory);

    public static VaraiSetup Create(
        IConfiguration host, IHostEnvironment environment, Action<VaraiOptions>? configure)
    {
        VaraiOptions options = Bind(host);
        configure?.Invoke(options);
        ValidateOptionsResult valid = new EnvironmentConfigurationOptionsValidator().Validate(name: null, options.Configuration);
        if (valid.Failed)
        {
            throw new OptionsValidationException(
                EnvironmentConfigurationOptions.SectionName, typeof(EnvironmentConfigurationOptions), valid.Failures);
        }

        string name = EnvironmentSelection.Decide(
            ProcessEnvironment.Current.Get(EnvironmentSelection.Variable), options.Environment, environment.EnvironmentName);
        string full = Path.TrimEndingDirectorySeparator(
            Path.GetFullPath(Path.Combine(environment.ContentRootPath, options.Configuration.Directory)));
        string display = Path.IsPathRooted(options.Configuration.Directory)
            ? full
            : options.Configuration.Directory.Replace('\\', '/').TrimEnd('/');
        EnvironmentFolder folder = options.Configuration.InStateStore
            ? new EnvironmentFolder(new StateEnvironmentSource())
            : new EnvironmentFolder(full, display);
        var engine = new ConfigurationEngine(folder, name, options.Configuration, TimeProvider.System);
        engine.LoadFirst();
        return new VaraiSetup(environment.ContentRootPath, options, engine);
    }

    /// <summary>Puts the environment's files directly below the environment variables, which come after the host's own files: a
    /// variable overrides our files also where the service has added a file of its own at the end. Without variables, below the
    /// command line; without both, last.</summary>
    public void AddSource(IConfigurationBuilder configuration)
    {
        // With nothing configured the host's sources stay as they are: inserting one makes it read all of them again.
        if (!HasFiles)
            return;
        IList<IConfigurationSource> sources = configuration.Sources;
        int variables = LastIndex(sources, s => s is EnvironmentVariablesConfigurationSource { Prefix: null or "" });
        int arguments = LastIndex(sources, s => s is CommandLineConfigurationSource);
        int place = variables >= 0 ? variables : arguments >= 0 ? arguments : sources.Count;
        var source = new EnvironmentConfigurationSource(Engine);
        if (place == sources.Count)
            configuration.Add(source);
        else
            sources.Insert(place, source);
    }

    private static VaraiOptions Bind(IConfiguration host)
    {
        var options = new VaraiOptions { Environment = host[$"{VaraiOptions.SectionName}:{nameof(VaraiOptions.Environment)}"] };
        IConfigurationSection section = host.GetSection(EnvironmentConfigurationOptions.SectionName);
        if (!section.GetChildren().Any())
            return options;
        try
        {
            section.Bind(options.Configuration, o => o.ErrorOnUnknownConfiguration = true);
        }
        catch (InvalidOperationException e)
        {
            throw new OptionsValidationException(
                EnvironmentConfigurationOptions.SectionName, typeof(EnvironmentConfigurationOptions), [$"{section.Path}: {e.Message}"]);
        }

        // Its keys hold the separator, so the binder sees a tree where a flat map is meant.
        options.Configuration.MergeArraysBy.Clear();
        foreach ((string key, string? value) in section
            .GetSection(nameof(EnvironmentConfigurationOptions.MergeArraysBy)).AsEnumerable(makePathsRelative: true))
        {
            if (value is not null)
                options.Configuration.MergeArraysBy[key] = value;
        }

        return options;
    }

    private static int LastIndex(IList<IConfigurationSource> sources, Predicate<IConfigurationSource> match)
    {
        for (int i = sources.Count - 1; i >= 0; i--)
        {
            if (match(sources[i]))
                return i;
        }

        return -1;
    }
}
