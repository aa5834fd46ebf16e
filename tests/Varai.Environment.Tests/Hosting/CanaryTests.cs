using System.ComponentModel.DataAnnotations;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Varai.Configuration;
using Varai.Tests.Configuration;

namespace Varai.Tests.Hosting;

/// <summary>Plants a canary as a secret, uses the whole front door, and looks for it in everything that comes out.</summary>
public sealed class CanaryTests
{
    private const string Canary = "s3cr3t-canary-41f6";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FrontDoor_UsedInEveryWay_ShowsNoSecret()
    {
        var seen = new StringBuilder();
        var logs = new FakeLogCollector();
        await using VaraiHost host = new VaraiHost().Write("production.json", """
            { "db": { "connection": "Host=db;Password=${secret:db-password}", "pool": 3 }, "feature_flags": { "f": true } }
            """).WriteSecret("db-password", Canary);
        host.Builder.Logging.AddProvider(new FakeLoggerProvider(logs)).SetMinimumLevel(LogLevel.Trace);
        host.Builder.Services.AddHealthChecks();
        host.Builder.AddVarai().AddComponent<Database>("db");
        await host.App.StartAsync(Token);
        IVaraiEnvironment varai = host.Varai;
        IEnvironmentConfiguration configuration = varai.Configuration;

        // It is really there: a search that can't find it proves nothing.
        Assert.Equal(Canary, await varai.GetSecretAsync("db-password", Token));
        Assert.EndsWith(Canary, varai.GetConfiguration<Database>("db").Connection, StringComparison.Ordinal);
        Assert.EndsWith(Canary, host.App.Services.GetRequiredService<IOptions<Database>>().Value.Connection, StringComparison.Ordinal);

        // Binding that fails on the resolved value, now and as a refused file.
        Note(Record.Exception(() => varai.GetConfiguration<WrongDatabase>("db")));
        host.Write("production.json", """{ "db": { "connection": "${secret:db-password}", "pool": "${secret:db-password}" } }""");
        await ConfigurationHost.UntilAsync(() => !configuration.Status.IsCurrent);
        Note(string.Join('\n', configuration.Status.Errors));
        HealthReport sick = await host.App.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Token);
        Note(string.Join('\n', sick.Entries.Select(e => $"{e.Value.Description} {e.Value.Exception} {string.Join(';', e.Value.Data)}")));
        Note(string.Join('\n', (await configuration.ValidateAsync(cancellationToken: Token)).Errors));
        Note(await Record.ExceptionAsync(() => configuration.UpdateAsync(
            new ConfigurationUpdate("ann", "try") { EnvironmentName = "production" }.Set("db:pool", "${secret:db-password}"), Token)));

        // A good change, its record, and everything that explains it.
        host.Write("production.json", """{ "db": { "connection": "Host=db2;Password=${secret:db-password}", "pool": 4 } }""");
        await ConfigurationHost.UntilAsync(() => configuration.Status.IsCurrent && configuration.Current.Root.FindKey("db:pool")?.Text == "4");
        Note(await configuration.UpdateAsync(new ConfigurationUpdate("ann", "more") { EnvironmentName = "production" }.Set("db:pool", 5), Token));
        await foreach (ConfigurationVersion version in configuration.GetHistoryAsync(cancellationToken: Token))
            Note($"{version} {string.Join(';', version.Changes)}");
        Note(string.Join('\n', await configuration.DiffAsync(ConfigurationReference.Version(1), ConfigurationReference.Files(), Token)));
        Note(await configuration.ExplainAsync("db:connection", Token));
        Note(configuration.Current);
        Note(configuration.Current.Root.Find("db"));
        Note((await configuration.VerifyHistoryAsync(cancellationToken: Token)).ToString());
        Note(await varai.Secrets.FindSecretAsync("db-password", Token));
        Note(await Record.ExceptionAsync(async () => await varai.SetSecretAsync("x y", Canary, Token)));
        Note(host.Configuration);
        Note(((IConfigurationRoot)host.Configuration).GetDebugView(VaraiDebugView.Redact));
        foreach (object part in (object[])[varai, configuration, varai.Secrets, varai.FeatureFlags, host.App.Services.GetRequiredService<Varai.State.IStateStore>()])
            Note(part);
        await host.App.StopAsync(Token);
        foreach (FakeLogRecord record in logs.GetSnapshot())
            Note($"{record.Message} {record.Exception} {string.Join(';', record.StructuredState ?? [])}");
        await ((IAsyncDisposable)host.App).DisposeAsync();

        Assert.NotEmpty(logs.GetSnapshot());
        Assert.Contains("${secret:db-password}", seen.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, seen.ToString(), StringComparison.Ordinal);
        foreach (string file in Directory.EnumerateFiles(host.Folder.Root, "*", SearchOption.AllDirectories).Where(f => !f.Contains("secrets", StringComparison.Ordinal)))
            Assert.Equal(-1, File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(Canary)));

        void Note(object? what) => seen.Append(what).Append('\n');
    }

    internal sealed class Database
    {
        [MinLength(1)]
        public required string Connection { get; init; }

        public int Pool { get; init; }
    }

    internal sealed class WrongDatabase
    {
        public int Connection { get; init; }
    }
}
