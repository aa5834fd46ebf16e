using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Npgsql;
using Varai.Data;
using Varai.PostgreSql.Data;
using Varai.PostgreSql.Tests.Server;
using Varai.State;
using Varai.Testing.Secrets;
using Varai.Tests.TestResources;

namespace Varai.PostgreSql.Tests.Data;

/// <summary>A database for each environment on the tests' server, and a migrator over them.</summary>
internal sealed class PostgreSqlDataWorld : IAsyncDisposable
{
    public const string Key = "masking-key";
    public const string KeyText = "s3cr3t-canary-masking-key-1";

    private static int _worlds;

    private readonly PostgreSqlServer _server;
    private readonly Dictionary<string, NpgsqlDataSource> _sources = [];
    private readonly TemporaryFolder _folder = new();
    private readonly IHost _host;
    private readonly int _number = Interlocked.Increment(ref _worlds);

    private PostgreSqlDataWorld(PostgreSqlServer server, Action<DataPostgreSqlOptions>? configure)
    {
        _server = server;
        Secrets.Set(Key, KeyText);
        Secrets.Set("db-password", PostgreSqlServer.Password);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { ContentRootPath = _folder.Root, EnvironmentName = "production" });
        builder.Logging.AddProvider(Logs);
        builder.AddVarai()
            .AddSecretProvider(Secrets)
            .AddDataMigration()
            .AddPostgreSqlDatabase("database", o =>
            {
                o.LockTimeout = TimeSpan.FromSeconds(20);
                o.Database("staging", ConnectionString("staging"));

                // One of them has its password from the secrets.
                o.Database("production", ConnectionString("production").Replace($"Password={PostgreSqlServer.Password};", "", StringComparison.Ordinal), "db-password");
                configure?.Invoke(o);
            });
        _host = builder.Build();
    }

    public InMemorySecretProvider Secrets { get; } = new();

    public FakeLoggerProvider Logs { get; } = new();

    public IDataMigrator Migrator => _host.Services.GetRequiredService<IDataMigrator>();

    public IStateStore State => _host.Services.GetRequiredService<IStateStore>();

    public IDataComponent Component => _host.Services.GetServices<IDataComponent>().Single();

    public string Root => _folder.Root;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<PostgreSqlDataWorld> CreateAsync(PostgreSqlServer server, Action<DataPostgreSqlOptions>? configure = null)
    {
        server.Require();
        var world = new PostgreSqlDataWorld(server, configure);
        foreach (string environment in new[] { "staging", "production" })
            await server.ExecuteAsync($"CREATE DATABASE {world.DatabaseOf(environment)} TEMPLATE template0", Token);
        return world;
    }

    public static DataMaskingPolicy Policy() => new() { KeySecret = Key };

    public string DatabaseOf(string environment) => string.Create(CultureInfo.InvariantCulture, $"w{_number}_{environment}");

    public string ConnectionString(string environment) =>
        _server.ConnectionString().Replace("Database=postgres", $"Database={DatabaseOf(environment)}", StringComparison.Ordinal);

    /// <summary>Moves the database up, as it is.</summary>
    public async Task<DataComponentReport> MoveAsync(IProgress<DataMigrationProgress>? progress = null) => (await Migrator.MigrateAsync(
        new DataMigrationRequest("staging", "production") { AllowIntoProduction = true }, progress, Token)).Components[0];

    /// <summary>Moves the database down, masked.</summary>
    public async Task<DataComponentReport> MaskAsync(DataMaskingPolicy? policy) => (await Migrator.MigrateAsync(
        new DataMigrationRequest("production", "staging") { Masking = policy }, progress: null, Token)).Components[0];

    public async Task ExecuteAsync(string environment, string sql)
    {
        await using NpgsqlConnection connection = await OpenAsync(environment);
        await using NpgsqlBatch batch = connection.CreateBatch();

        // As the server's own tool would run it: the client does not look for ends of statements in it.
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"DO $varai_do$ BEGIN EXECUTE $varai_sql${sql}$varai_sql$; END $varai_do$"));
        batch.Timeout = 0;
        await batch.ExecuteNonQueryAsync(Token);
    }

    /// <summary>The rows of a query as text, one line each.</summary>
    public async Task<List<string>> QueryAsync(string environment, string sql)
    {
        var rows = new List<string>();
        await using NpgsqlConnection connection = await OpenAsync(environment);
        using TextReader copy = await connection.BeginTextExportAsync($"COPY ({sql}) TO STDOUT", Token);
        while (await copy.ReadLineAsync(Token) is { } line)
            rows.Add(line);
        return rows;
    }

    public async Task<NpgsqlConnection> OpenAsync(string environment)
    {
        if (!_sources.TryGetValue(environment, out NpgsqlDataSource? source))
            _sources.Add(environment, source = NpgsqlDataSource.Create(ConnectionString(environment)));
        return await source.OpenConnectionAsync(Token);
    }

    /// <summary>The definitions that the server's own tool writes.</summary>
    public async Task<string> DumpAsync(string environment, params string[] more)
    {
        string? program = Varai.Tests.TestResources.Require.Find(["pg_dump", .. Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Select(f => Path.Combine(f, "bin", "pg_dump")) : []], Environment.GetEnvironmentVariable("PATH"));
        Varai.Tests.TestResources.Require.That(program is not null, $"pg_dump is not on this machine. Install it with: {PostgreSqlServer.Install}");
        Command command = await Command.RunAsync(
            program!,
            ["--schema-only", $"--dbname=postgresql://{PostgreSqlServer.User}:{PostgreSqlServer.Password}@127.0.0.1:{_server.Port}/{DatabaseOf(environment)}", .. more],
            _folder.Root,
            Token);
        Assert.True(command.ExitCode == 0, command.Output);

        // Newer versions mark the beginning and the end with a word of their own each time.
        return string.Join('\n', command.Output.Split('\n').Where(l => !l.StartsWith("\\restrict", StringComparison.Ordinal) && !l.StartsWith("\\unrestrict", StringComparison.Ordinal)));
    }

    /// <summary>Every table with every row as text, whatever their order.</summary>
    public async Task<string> ContentAsync(string environment, string schema = "public")
    {
        var text = new StringBuilder();
        List<string> tables = await QueryAsync(environment, $"SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = '{schema}' ORDER BY 1");
        foreach (string table in tables)
        {
            text.AppendLine(table);
            foreach (string row in await QueryAsync(environment, $"SELECT t::text FROM {table} t ORDER BY 1"))
                text.AppendLine(row);
        }

        return text.ToString();
    }

    public Task<List<string>> LeftoversAsync(string environment) =>
        QueryAsync(environment, "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'varai%'");

    public async ValueTask DisposeAsync()
    {
        _host.Dispose();
        foreach (NpgsqlDataSource source in _sources.Values)
            await source.DisposeAsync();
        foreach (string environment in new[] { "staging", "production" })
            await _server.ExecuteAsync($"DROP DATABASE IF EXISTS {DatabaseOf(environment)} WITH (FORCE)", CancellationToken.None);
        _folder.Dispose();
    }
}
