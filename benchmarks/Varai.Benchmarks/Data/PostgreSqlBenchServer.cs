using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Varai.Benchmarks.Data;

/// <summary>A PostgreSQL server of its own, as durable as a service's.</summary>
internal sealed class PostgreSqlBenchServer : IAsyncDisposable
{
    private const string User = "bench";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("varai-bench-pg-");
    private readonly string _programs;
    private Process? _process;
    private int _port;

    private PostgreSqlBenchServer(string programs) => _programs = programs;

    // The server refuses to run as root.
    private static string? Account => Environment.UserName == "root" ? "postgres" : null;

    /// <summary>Starts one, or returns <see langword="null"/> where it is not installed.</summary>
    public static async Task<PostgreSqlBenchServer?> TryStartAsync()
    {
        string[] folders =
        [
            .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
            .. Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Select(f => Path.Combine(f, "bin")) : [],
        ];
        if (Array.Find(folders, f => File.Exists(Path.Combine(f, "postgres")) && File.Exists(Path.Combine(f, "pg_restore"))) is not { } programs)
            return null;
        var server = new PostgreSqlBenchServer(programs);
        try
        {
            await server.StartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public string ConnectionString(string database) => string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={_port};Database={database};Username={User}");

    public async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString(database) + ";Pooling=false;Command Timeout=0");
        await connection.OpenAsync();
        await using NpgsqlBatch batch = connection.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(sql));
        await batch.ExecuteNonQueryAsync();
    }

    /// <summary>What somebody would type: <c>pg_dump -Fc | pg_restore</c>.</summary>
    public async Task CopyByToolsAsync(string source, string target)
    {
        string login = string.Create(CultureInfo.InvariantCulture, $"-h 127.0.0.1 -p {_port} -U {User}");
        using Process process = Process.Start(new ProcessStartInfo(
            "/bin/sh", ["-c", $"'{_programs}/pg_dump' {login} -Fc {source} | '{_programs}/pg_restore' {login} -d {target}"])
        { UseShellExecute = false })!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException("pg_dump or pg_restore failed.");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await RunAsync("kill", "-INT", _process.Id.ToString(CultureInfo.InvariantCulture));
            await _process.WaitForExitAsync();
        }

        _process?.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task StartAsync()
    {
        string data = Path.Combine(_folder.FullName, "data");
        if (Account is { } account)
            await RunAsync("chown", "-R", account, _folder.FullName);
        await RunAsync(Describe("initdb", "-D", data, "-U", User, "-A", "trust", "--no-sync", "--locale=C", "-E", "UTF8"));
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            _port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        _process = Process.Start(Describe(
            "postgres", "-D", data, "-p", _port.ToString(CultureInfo.InvariantCulture), "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={_folder.FullName}", "-c", "max_wal_size=4GB", "-c", "logging_collector=off"))!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        long start = TimeProvider.System.GetTimestamp();
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await IsReadyAsync())
        {
            if (_process.HasExited || TimeProvider.System.GetElapsedTime(start) > Patience)
                throw new InvalidOperationException("PostgreSQL did not start.");
            await pause.WaitForNextTickAsync();
        }
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            await ExecuteAsync("postgres", "SELECT 1");
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static Task RunAsync(string program, params string[] arguments) =>
        RunAsync(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true });

    private static async Task RunAsync(ProcessStartInfo start)
    {
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{start.FileName} failed: {await output}{errors}");
    }

    private ProcessStartInfo Describe(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(_programs, program), arguments)
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
}
