using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using Varai.Configuration;
using Varai.Promotion;
using Varai.State;
using Varai.Testing.Secrets;
using Varai.Tests.Configuration;

namespace Varai.Tests.Promotion;

/// <summary>A service in production that can promote between three environments; its clock stands still.</summary>
internal sealed class PromotionHarness : IAsyncDisposable
{
    public const string Author = "ann";

    private readonly ConfigurationHost _host = new();

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 23, 9, 0, 0, TimeSpan.Zero));

    public InMemorySecretProvider Secrets => _host.Secrets;

    public FakeLogCollector Logs => _host.Logs;

    public IServiceProvider Services => _host.Services;

    public string Folder => _host.EnvironmentsFolder;

    public IPromotionEngine Engine => Services.GetRequiredService<IPromotionEngine>();

    public IPromotionControl Control => Services.GetRequiredService<IPromotionControl>();

    public IPromotionSnapshots Snapshots => Services.GetRequiredService<IPromotionSnapshots>();

    public IPromotionAudit Audit => Services.GetRequiredService<IPromotionAudit>();

    public IEnvironmentConfiguration Configuration => Services.GetRequiredService<IEnvironmentConfiguration>();

    public IStateStore State => Services.GetRequiredService<IStateStore>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public string Write(string file, string text) => _host.Write(file, text);

    public string Read(string file) => File.ReadAllText(_host.Path(file));

    public string[] Files => Directory.GetFiles(Folder);

    public PromotionHarness Environments(string development, string staging, string production)
    {
        Write("development.json", development);
        Write("staging.json", staging);
        Write("production.json", production);
        return this;
    }

    public async Task<PromotionHarness> StartAsync(
        Action<PromotionOptions>? options = null, Action<VaraiBuilder>? configure = null, IStateStore? state = null)
    {
        await _host.StopAsync();
        _host.Before(b => b.Services.AddSingleton<TimeProvider>(Clock));
        await _host.StartAsync(
            builder =>
            {
                if (state is not null)
                    builder.UseStateStore(_ => new SharedStateStore(state));
                builder.AddPromotion(o =>
                {
                    o.LockWait = TimeSpan.Zero;
                    options?.Invoke(o);
                });
                configure?.Invoke(builder);
            },
            o => o.Configuration.Watch = false);
        return this;
    }

    public Task StopAsync() => _host.StopAsync();

    public Task<PromotionPlan> PlanAsync(string source, string target, params string[] components) =>
        Engine.PlanAsync(source, target, components, Author, "release", Token);

    public Task<PromotionRecord> PromoteAsync(string source, string target, params string[] components) =>
        Engine.PromoteAsync(source, target, components, Author, "release", Token);

    public Task<PromotionRecord> RollbackAsync(string id, PromotionConflictHandling handling = PromotionConflictHandling.Stop) =>
        Engine.RollbackAsync(new PromotionRollback(id, "bob", "it broke") { OnConflict = handling }, progress: null, Token);

    public Task EditAsync(string environment, string key, string? json, string author = "eve")
    {
        var update = new ConfigurationUpdate(author, $"edit {key}") { EnvironmentName = environment };
        if (json is null)
            update.Remove(key);
        else
            update.SetJson(key, json);
        return Configuration.UpdateAsync(update, Token);
    }

    public async Task<string?> ValueAsync(string environment, string key)
    {
        ConfigurationSnapshot document = await Services.GetRequiredService<IConfigurationDocuments>()
            .ReadAsync(ConfigurationReference.Files(environment), Token);
        return document.Root.FindKey(key) is { } node ? ConfigurationJson.ToJson(node) : null;
    }

    public async Task<List<PromotionEvent>> EventsAsync()
    {
        var events = new List<PromotionEvent>();
        await foreach (PromotionEvent happened in Audit.ReadAsync(cancellationToken: Token))
            events.Add(happened);
        return events;
    }

    public async Task<List<PromotionRecord>> HistoryAsync(string target)
    {
        var records = new List<PromotionRecord>();
        await foreach (PromotionRecord record in Engine.GetHistoryAsync(target, Token))
            records.Add(record);
        return records;
    }

    /// <summary>Waits until nothing is open: this call ends it, or the host's worker, which looks at start.</summary>
    public async Task EndAllAsync()
    {
        do
        {
            await Engine.RecoverAsync(Token);
        }
        while ((await HistoryAsync("staging")).Exists(r => !r.HasEnded));
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
