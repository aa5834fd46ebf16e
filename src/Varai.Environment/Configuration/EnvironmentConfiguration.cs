using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using Varai.Configuration.Documents;
using Varai.Configuration.History;
using Varai.Configuration.Layers;
using Varai.Configuration.Validation;
using Varai.Configuration.Writing;
using Varai.State;

namespace Varai.Configuration;

/// <summary>The environment's configuration as services see it.</summary>
internal sealed class EnvironmentConfiguration : IEnvironmentConfiguration, IDisposable
{
    private readonly ConfigurationEngine _engine;
    private readonly IConfiguration _host;
    private readonly IServiceProvider _services;
    private readonly Dictionary<string, ComponentBinding> _bindings;
    private readonly IDisposable _hostChanges;

    /// <param name="engine">The document in use.</param>
    /// <param name="host">The host's configuration, our document among its sources.</param>
    /// <param name="bindings">The components bound to types.</param>
    /// <param name="services">Gives what history and changes need, when they are first used: reading needs no state store.</param>
    public EnvironmentConfiguration(
        ConfigurationEngine engine, IConfiguration host, IEnumerable<ComponentBinding> bindings, IServiceProvider services)
    {
        _engine = engine;
        _host = host;
        _services = services;
        _bindings = bindings.ToDictionary(b => BindingKey(b.Component, b.Type), StringComparer.OrdinalIgnoreCase);

        Components = new BoundComponents(Bind);

        // The host's token covers our own document and the sources that override it.
        _hostChanges = ChangeToken.OnChange(host.GetReloadToken, Components.Clear);
    }

    private ConfigurationHistory History => _services.GetRequiredService<ConfigurationHistory>();

    private HistoryRecorder Recorder => _services.GetRequiredService<HistoryRecorder>();

    private CandidateValidator Validator => _services.GetRequiredService<CandidateValidator>();

    private ConfigurationWriter Writer => _services.GetRequiredService<ConfigurationWriter>();

    public string EnvironmentName => _engine.EnvironmentName;

    public ConfigurationSnapshot Current => _engine.View.Snapshot;

    public ConfigurationStatus Status => _engine.Status;

    public IChangeToken GetChangeToken() => _engine.ChangeToken;

    public BoundComponents Components { get; }

    public async Task<ConfigurationVersion?> GetCurrentVersionAsync(CancellationToken cancellationToken = default)
    {
        ConfigurationView view = _engine.View;
        if (view.Loaded.Layers.Count == 0)
            return null;
        await Recorder.FlushAsync(cancellationToken).ConfigureAwait(false);
        await foreach (HashedEntry entry in History.ReadBackwardsAsync(EnvironmentName, cancellationToken).ConfigureAwait(false))
        {
            if (entry.Entry.ContentHash == view.Snapshot.ContentHash)
                return await History.ToPublicAsync(entry, cancellationToken).ConfigureAwait(false);
        }

        return null;
    }

    public async IAsyncEnumerable<ConfigurationVersion> GetHistoryAsync(
        string? environmentName = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string name = environmentName ?? EnvironmentName;
        await RecordPresentAsync(name, cancellationToken).ConfigureAwait(false);
        await foreach (HashedEntry entry in History.ReadBackwardsAsync(name, cancellationToken).ConfigureAwait(false))
            yield return await History.ToPublicAsync(entry, cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<ConfigurationDifference>> DiffAsync(
        ConfigurationReference from, ConfigurationReference to, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        cancellationToken.ThrowIfCancellationRequested();
        ConfigurationNode before = await ReadSideAsync(from, cancellationToken).ConfigureAwait(false);
        ConfigurationNode after = await ReadSideAsync(to, cancellationToken).ConfigureAwait(false);
        return DocumentDiff.Compare(before, after);
    }

    public async Task<ConfigurationVersion> UpdateAsync(ConfigurationUpdate update, CancellationToken cancellationToken = default) =>
        await History.ToPublicAsync(
            await Writer.UpdateAsync(update, cancellationToken).ConfigureAwait(false), CancellationToken.None).ConfigureAwait(false);

    public async Task<ConfigurationVersion> RestoreAsync(ConfigurationRestore restore, CancellationToken cancellationToken = default) =>
        await History.ToPublicAsync(
            await Writer.RestoreAsync(restore, cancellationToken).ConfigureAwait(false), CancellationToken.None).ConfigureAwait(false);

    public async Task<ConfigurationExplanation> ExplainAsync(string key, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        cancellationToken.ThrowIfCancellationRequested();
        await RecordPresentAsync(EnvironmentName, cancellationToken).ConfigureAwait(false);
        return await new ConfigurationExplainer(_engine, History, _host).ExplainAsync(key, cancellationToken).ConfigureAwait(false);
    }

    public async Task<ConfigurationValidationResult> ValidateAsync(
        string? environmentName = null, bool checkSecrets = true, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string name = _engine.RequireName(environmentName);
        LoadedConfiguration candidate = _engine.LoadCandidate(name);
        await Validator.ValidateAsync(candidate, checkSecrets, cancellationToken).ConfigureAwait(false);
        return new ConfigurationValidationResult(name, candidate.Errors);
    }

    public async Task<ConfigurationHistoryReport> VerifyHistoryAsync(
        string? environmentName = null, CancellationToken cancellationToken = default) =>
        await new HistoryVerifier(_services.GetRequiredService<IStateStore>(), History).VerifyAsync(environmentName ?? EnvironmentName, cancellationToken).ConfigureAwait(false);

    public void Dispose() => _hostChanges.Dispose();

    // A version may be asked for before the background has recorded it.
    private Task RecordPresentAsync(string environmentName, CancellationToken cancellationToken) =>
        environmentName == EnvironmentName ? Recorder.FlushAsync(cancellationToken) : Task.CompletedTask;

    private async Task<ConfigurationNode> ReadSideAsync(ConfigurationReference side, CancellationToken cancellationToken)
    {
        string name = side.EnvironmentName ?? EnvironmentName;
        if (side.Number is { } number)
        {
            await RecordPresentAsync(name, cancellationToken).ConfigureAwait(false);
            HashedEntry entry = await History.ReadAsync(name, number, cancellationToken).ConfigureAwait(false);
            return await History.ReadDocumentAsync(entry.Entry, cancellationToken).ConfigureAwait(false);
        }

        LoadedConfiguration loaded = _engine.LoadCandidate(_engine.RequireName(name));
        return loaded.Errors.Count == 0
            ? loaded.Root
            : throw new ConfigurationException($"The files of '{name}' are not valid:", loaded.Errors);
    }

    private static string BindingKey(string component, Type type) => $"{component}\n{type.AssemblyQualifiedName}";

    private object Bind(string component, Type type)
    {
        IConfigurationSection section = _host.GetSection(component);
        ConfigurationNode root = Current.Root;
        if (!section.Exists())
        {
            throw new ConfigurationException(
                $"There is no component '{component}' in the environment '{EnvironmentName}'.",
                [new ConfigurationError(
                    root.Members.Count == 0 ? "There are no components." : $"The components are {string.Join(", ", root.Members.Select(m => m.Name))}.",
                    root.Origin,
                    component)
                {
                    DidYouMean = Spelling.Nearest(component, root.Members.Select(m => m.Name)),
                }]);
        }

        try
        {
            if (_bindings.TryGetValue(BindingKey(component, type), out ComponentBinding? binding))
                return binding.BindObject(section) ?? throw Empty();
            if (!RuntimeFeature.IsDynamicCodeSupported)
            {
                throw new ConfigurationException(
                    $"'{component}' can't be bound to {type} without code generated for it. Register it with "
                    + $"AddComponent(\"{component}\", section => section.Get<{type.Name}>()!) in the service, where the configuration "
                    + "binding source generator sees it.",
                    []);
            }

            return BindByReflection(section, type) ?? throw Empty();
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or OverflowException or ArgumentException)
        {
            // Without the cause: the binder's text quotes the value, which may be a secret.
            throw new ConfigurationException(
                $"'{component}' can't be bound to {type}:", [BindingFailure.Describe(e, component, root)]);
        }

        ConfigurationException Empty() => new($"'{component}' is empty, so it can't be bound to {type}.", []);
    }

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Reached only where code is generated at run time; a trimmed service registers its types.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Reached only where code is generated at run time.")]
    private static object? BindByReflection(IConfigurationSection section, Type type) => section.Get(type);
}
