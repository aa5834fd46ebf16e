using System.Runtime.CompilerServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using Varai.Configuration.Documents;
using Varai.Configuration.History;
using Varai.Configuration.Layers;
using Varai.Configuration.Validation;
using Varai.Configuration.Writing;

namespace Varai.Configuration;

/// <summary>The environment's configuration as services see it.</summary>
internal sealed class EnvironmentConfiguration : IEnvironmentConfiguration, IConfigurationDocuments, IDisposable
{
    private readonly ConfigurationEngine _engine;
    private readonly IConfiguration _host;
    private readonly IServiceProvider _services;
    private readonly IDisposable _hostChanges;

    /// <param name="engine">The document in use.</param>
    /// <param name="host">The host's configuration, our document among its sources.</param>
    /// <param name="binder">Binds components to types.</param>
    /// <param name="services">Gives what history and changes need, when they are first used: reading needs no state store.</param>
    public EnvironmentConfiguration(
        ConfigurationEngine engine, IConfiguration host, ComponentBinder binder, IServiceProvider services)
    {
        _engine = engine;
        _host = host;
        _services = services;
        Components = new BoundComponents(binder.Bind);

        // Readers are told in an order that nobody chooses, so our own document's instances go before the first is told. The
        // host's token covers the sources that override the document.
        engine.OnPublished(Components.Clear);
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
        string name = await RequireHistoryAsync(environmentName, cancellationToken).ConfigureAwait(false);
        await foreach (HashedEntry entry in History.ReadBackwardsAsync(name, cancellationToken).ConfigureAwait(false))
            yield return await History.ToPublicAsync(entry, cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<ConfigurationDifference>> DiffAsync(
        ConfigurationReference from, ConfigurationReference to, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        cancellationToken.ThrowIfCancellationRequested();
        ConfigurationSnapshot before = await ReadAsync(from, cancellationToken).ConfigureAwait(false);
        ConfigurationSnapshot after = await ReadAsync(to, cancellationToken).ConfigureAwait(false);
        return DocumentDiff.Compare(before.Root, after.Root);
    }

    public async Task<ConfigurationSnapshot> ReadAsync(ConfigurationReference reference, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        cancellationToken.ThrowIfCancellationRequested();
        if (reference.Number is { } number)
        {
            string name = await RequireHistoryAsync(reference.EnvironmentName, cancellationToken).ConfigureAwait(false);
            HashedEntry entry = await History.ReadAsync(name, number, cancellationToken).ConfigureAwait(false);
            ConfigurationNode root = await History.ReadDocumentAsync(entry.Entry, cancellationToken).ConfigureAwait(false);
            return new ConfigurationSnapshot(name, root, [], entry.Entry.Time, _ => entry.Entry.ContentHash);
        }

        await _engine.Loader.Folder.Source.RefreshAsync(cancellationToken).ConfigureAwait(false);
        LoadedConfiguration loaded = _engine.Loader.Load(
            _engine.RequireName(reference.EnvironmentName), includeLocal: reference.IncludeLocalFile);
        if (loaded.Errors.Count == 0)
            loaded.Errors.AddRange(_engine.Schemas.Validate(loaded.Root));
        return loaded.Errors.Count == 0
            ? SnapshotOf(loaded)
            : throw new ConfigurationException($"The files of '{loaded.EnvironmentName}' are not valid:", loaded.Errors);
    }

    public async Task<ConfigurationPreview> PreviewAsync(ConfigurationUpdate update, CancellationToken cancellationToken = default)
    {
        LoadedConfiguration candidate = await Writer.PreviewAsync(update, cancellationToken).ConfigureAwait(false);
        return new ConfigurationPreview(SnapshotOf(candidate), candidate.Errors);
    }

    public async Task RecoverAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_engine.Loader.Folder.Exists)
            await Writer.FinishInterruptedAsync(cancellationToken).ConfigureAwait(false);
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
        await _engine.Loader.Folder.Source.RefreshAsync(cancellationToken).ConfigureAwait(false);
        string name = _engine.RequireName(environmentName);
        LoadedConfiguration candidate = _engine.LoadCandidate(name);
        await Validator.ValidateAsync(candidate, checkSecrets, cancellationToken).ConfigureAwait(false);
        return new ConfigurationValidationResult(name, candidate.Errors);
    }

    public async Task<ConfigurationHistoryReport> VerifyHistoryAsync(
        string? environmentName = null, CancellationToken cancellationToken = default) =>
        await VerifyAsync(environmentName?.ToLowerInvariant() ?? EnvironmentName, cancellationToken).ConfigureAwait(false);

    public void Dispose() => _hostChanges.Dispose();

    private static ConfigurationSnapshot SnapshotOf(LoadedConfiguration loaded) => new(
        loaded.EnvironmentName, loaded.Root, [.. loaded.Layers.Select(l => l.File)], TimeProvider.System.GetUtcNow(), CanonicalJson.Hash);

    // A version may be asked for before the background has recorded it.
    private Task RecordPresentAsync(string environmentName, CancellationToken cancellationToken) =>
        environmentName == EnvironmentName ? Recorder.FlushAsync(cancellationToken) : Task.CompletedTask;

    // Nothing is recorded first: a history that was changed by hand may refuse that.
    private async Task<ConfigurationHistoryReport> VerifyAsync(string name, CancellationToken cancellationToken)
    {
        ConfigurationHistoryReport report = await new HistoryVerifier(History).VerifyAsync(name, cancellationToken).ConfigureAwait(false);
        if (report is { Versions: 0, IsIntact: true })
            _engine.RequireName(name);
        return report;
    }

    /// <summary>The environment a caller means: one with files, or one whose files are gone and whose history is not.</summary>
    private async Task<string> RequireHistoryAsync(string? environmentName, CancellationToken cancellationToken)
    {
        string name = environmentName?.ToLowerInvariant() ?? EnvironmentName;
        await RecordPresentAsync(name, cancellationToken).ConfigureAwait(false);
        return name == EnvironmentName || await History.ReadHeadAsync(name, cancellationToken).ConfigureAwait(false) is not null
            ? name
            : _engine.RequireName(name);
    }
}
