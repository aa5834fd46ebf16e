using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Varai.Data;
using Varai.Data.Databases;
using Varai.Data.Files;
using Varai.Data.Migration;
using Varai.Secrets;
using Varai.State;
using Varai.Testing.Secrets;
using Varai.Tests.TestResources;

namespace Varai.Tests.Data;

/// <summary>A folder with files and a database for each environment, and a migrator over them.</summary>
internal sealed class DataWorld : IDisposable
{
    public const string Key = "masking-key";

    private readonly SecretStore _secrets;

    public DataWorld(string key = "a key of more than sixteen bytes")
    {
        Secrets.Set(Key, key);
        _secrets = new SecretStore([Secrets], Microsoft.Extensions.Options.Options.Create(new SecretOptions()), TimeProvider.System, NullLogger<SecretStore>.Instance);
        foreach (string environment in new[] { "development", "staging", "production" })
        {
            FilesOptions.Directory(environment, Path.Combine(Folder.Root, "files", environment));
            SqliteOptions.File(environment, DatabaseOf(environment));
        }
    }

    public TemporaryFolder Folder { get; } = new();

    public InMemorySecretProvider Secrets { get; } = new();

    public IStateStore State { get; set; } = new InMemoryStateStore(new StateOptions(), TimeProvider.System);

    public DataFilesOptions FilesOptions { get; } = new();

    public DataSqliteOptions SqliteOptions { get; } = new() { BusyTimeout = TimeSpan.FromMilliseconds(200) };

    public DataMigrationOptions Options { get; } = new() { JournalBatch = 3 };

    public FakeLogger<DataMigrator> Logger { get; } = new();

    public IDataComponent Files => new FilesComponent("files", FilesOptions, Folder.Root, State, TimeProvider.System, NullLogger<FilesComponent>.Instance);

    public IDataComponent Database => new SqliteDatabaseComponent("database", SqliteOptions, Folder.Root, TimeProvider.System);

    public string Source => FilesOf("staging");

    public string Target => FilesOf("production");

    public string FilesOf(string environment) => Path.Combine(Folder.Root, "files", environment);

    public string DatabaseOf(string environment) => Path.Combine(Folder.Root, $"{environment}.db");

    public DataMigrator Migrator(params IDataComponent[] components) => new(
        components.Length > 0 ? components : [Files, Database],
        _secrets,
        State,
        Microsoft.Extensions.Options.Options.Create(Options),
        TimeProvider.System,
        Logger);

    /// <summary>Moves files up.</summary>
    public async Task<DataComponentReport> MoveFilesAsync(bool delete = false, bool verify = false) => (await Migrator().MigrateAsync(
        new DataMigrationRequest("staging", "production") { Components = ["files"], AllowIntoProduction = true, DeleteMissing = delete, VerifyContents = verify },
        progress: null,
        TestContext.Current.CancellationToken)).Components[0];

    /// <summary>Moves the database up, as it is.</summary>
    public async Task<DataComponentReport> MoveDatabaseAsync() => (await Migrator().MigrateAsync(
        new DataMigrationRequest("staging", "production") { Components = ["database"], AllowIntoProduction = true },
        progress: null,
        TestContext.Current.CancellationToken)).Components[0];

    /// <summary>Moves the database down, masked.</summary>
    public async Task<DataComponentReport> MaskDatabaseAsync(DataMaskingPolicy policy) => (await Migrator().MigrateAsync(
        new DataMigrationRequest("production", "staging") { Components = ["database"], Masking = policy },
        progress: null,
        TestContext.Current.CancellationToken)).Components[0];

    public static DataMaskingPolicy Policy() => new() { KeySecret = Key };

    public string Write(string name, string text, string environment = "staging")
    {
        string path = Path.Combine(FilesOf(environment), name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public string Read(string name, string environment = "production") => File.ReadAllText(Path.Combine(FilesOf(environment), name));

    public void Execute(string environment, string sql)
    {
        using SqliteConnection connection = Open(environment);
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // the tests write it themselves
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    /// <summary>The rows of a query as text, one line each.</summary>
    public List<string> Query(string environment, string sql)
    {
        using SqliteConnection connection = Open(environment);
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // the tests write it themselves
        command.CommandText = sql;
#pragma warning restore CA2100
        using SqliteDataReader reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => Text(reader.GetValue(i)))));
        return rows;
    }

    public SqliteConnection Open(string environment)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = DatabaseOf(environment), Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    /// <summary>Everything below a folder: kind, path, content, mode and time.</summary>
    public static List<string> Tree(string root, bool withTimes = true) =>
    [
        .. FileTree.List(root).Select(i => string.Create(CultureInfo.InvariantCulture,
            $"{i.Kind} {i.Name} {i.LinkTarget} {i.Mode} {(withTimes ? i.Modified?.UtcTicks : 0)} {(i.Kind == DataItemKind.File ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Path.Combine(root, i.Name)))) : "")}"))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>What is beside the components and does not belong to them.</summary>
    public IEnumerable<string> Leftovers() =>
        Directory.EnumerateFileSystemEntries(Folder.Root, "*varai*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 });

    public void Dispose()
    {
        _secrets.Dispose();
        (State as IDisposable)?.Dispose();
        Folder.Dispose();
    }

    private static string Text(object value) => value switch
    {
        byte[] bytes => $"x'{Convert.ToHexString(bytes)}'",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        DBNull => "NULL",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
