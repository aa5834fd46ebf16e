using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Varai.Tests.TestResources;

[assembly: AssemblyFixture(typeof(Varai.PostgreSql.Tests.Server.PostgreSqlServer))]

namespace Varai.PostgreSql.Tests.Server;

/// <summary>A PostgreSQL server of its own in a temporary folder, on a free port of the loopback address. The tests share one and
/// have a schema each; a test that stops the server makes another.</summary>
public sealed class PostgreSqlServer : IAsyncLifetime
{
    /// <summary>The password of the only user; it must show up nowhere.</summary>
    public const string Password = "s3cr3t-canary-77";

    public const string User = "shop_admin";
    public const string Install = "sudo apt-get install postgresql";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static int _schemas;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("varai-pg-");
    private readonly string? _programs = FindPrograms();
    private readonly List<string> _output = [];
    private Process? _process;
    private NpgsqlDataSource? _source;

    public int Port { get; private set; }

    private string Data => Path.Combine(_folder.FullName, "data");

    // The server refuses to run as root.
    private static string? Account => Environment.UserName == "root" ? "postgres" : null;

    public static string NewSchema() => string.Create(CultureInfo.InvariantCulture, $"t{Interlocked.Increment(ref _schemas)}");

    public string ConnectionString(int? port = null, string settings = "") => string.Create(CultureInfo.InvariantCulture,
        $"Host=127.0.0.1;Port={port ?? Port};Database=postgres;Username={User};Password={Password};Maximum Pool Size=20;{settings}");

    /// <summary>Skips the test where PostgreSQL is not installed.</summary>
    public void Require() => Varai.Tests.TestResources.Require.That(_programs is not null, $"PostgreSQL 13 or later is not on this machine. Install it with: {Install}");

    public async ValueTask InitializeAsync()
    {
        if (_programs is null)
            return;
        string secret = Path.Combine(_folder.FullName, "password");
        await File.WriteAllTextAsync(secret, Password);
        if (Account is { } account)
            await RunAsync("chown", "-R", account, _folder.FullName);
        await RunAsAccountAsync("initdb", "-D", Data, "-U", User, "-A", "scram-sha-256", $"--pwfile={secret}", "--no-sync", "--locale=C", "-E", "UTF8");
        Port = FreePort();
        await StartAsync();
    }

    public async Task StartAsync()
    {
        string[] settings =
        [
            $"listen_addresses=127.0.0.1", $"unix_socket_directories={_folder.FullName}", "fsync=off", "max_connections=300", "shared_buffers=64MB",
        ];
        _process = new Process
        {
            StartInfo = Describe("postgres", ["-D", Data, "-p", Port.ToString(CultureInfo.InvariantCulture), .. settings.SelectMany(s => (string[])["-c", s])]),
        };
        _process.OutputDataReceived += (_, e) => Add(e.Data);
        _process.ErrorDataReceived += (_, e) => Add(e.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await Wait.UntilAsync(
            async token =>
            {
                Assert.False(_process.HasExited, $"PostgreSQL ended before it was ready:\n{Output}");
                try
                {
                    await ExecuteAsync("SELECT 1", token);
                    return true;
                }
                catch (NpgsqlException)
                {
                    return false;
                }
            },
            Patience);
    }

    /// <summary>Ends it as an administrator would who is in a hurry: its clients are cut off.</summary>
    public async Task StopAsync()
    {
        if (_process is null)
            return;
        await RunAsync("kill", "-INT", _process.Id.ToString(CultureInfo.InvariantCulture));
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Goes at the database behind the store's back.</summary>
    public async Task<object?> ExecuteAsync(string sql, CancellationToken cancellationToken, params object[] parameters)
    {
        _source ??= NpgsqlDataSource.Create(ConnectionString());
        await using NpgsqlBatch batch = _source.CreateBatch();
        var command = new NpgsqlBatchCommand(sql);
        foreach (object parameter in parameters)
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        batch.BatchCommands.Add(command);
        return await batch.ExecuteScalarAsync(cancellationToken);
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        if (_source is not null)
            await _source.DisposeAsync();
        await StopAsync();
        _folder.Delete(recursive: true);
    }

    private string Output
    {
        get
        {
            lock (_output)
                return string.Join('\n', _output);
        }
    }

    private static string? FindPrograms()
    {
        string[] folders = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql") : [];
        IEnumerable<string> debian = folders
            .OrderByDescending(f => int.TryParse(Path.GetFileName(f), NumberStyles.None, CultureInfo.InvariantCulture, out int version) ? version : 0)
            .Select(f => Path.Combine(f, "bin", "postgres"));
        string? program = Varai.Tests.TestResources.Require.Find(["postgres", .. debian], Environment.GetEnvironmentVariable("PATH"));
        return program is null ? null : Path.GetDirectoryName(program);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        Command command = await Command.RunAsync(program, arguments, Path.GetTempPath(), CancellationToken.None);
        Assert.True(command.ExitCode == 0, $"{program} ended with {command.ExitCode}:\n{command.Output}");
    }

    private async Task RunAsAccountAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(Describe(program, arguments))!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}:\n{await output}{errors}");
    }

    private ProcessStartInfo Describe(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(_programs!, program), arguments)
        {
            WorkingDirectory = _folder.FullName,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (Account is { } account)
            start.UserName = account;
        return start;
    }

    private void Add(string? line)
    {
        if (line is null)
            return;
        lock (_output)
            _output.Add(line);
    }
}
