using System.Diagnostics;
using System.Globalization;
using Varai.Tests.TestResources;

[assembly: AssemblyFixture(typeof(Varai.PostgreSql.Tests.Server.PgBouncer))]

namespace Varai.PostgreSql.Tests.Server;

/// <summary>PgBouncer with transaction pooling in front of the shared server; started by the first test that asks for it.</summary>
public sealed class PgBouncer : IAsyncLifetime
{
    public const string Install = "sudo apt-get install pgbouncer";

    private readonly SemaphoreSlim _once = new(1);
    private DirectoryInfo? _folder;
    private Process? _process;
    private int _port;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>How to reach the shared server through it; skips the test where PgBouncer is not installed.</summary>
    public async Task<string> ConnectionStringAsync(PostgreSqlServer server, string settings = "")
    {
        server.Require();
        string program = Varai.Tests.TestResources.Require.Program("PgBouncer", Install, "pgbouncer", "/usr/sbin/pgbouncer");
        await _once.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (_process is null)
                await StartAsync(program, server.Port);
        }
        finally
        {
            _once.Release();
        }

        return server.ConnectionString(_port, settings);
    }

    public async ValueTask DisposeAsync()
    {
        _once.Dispose();
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        _folder?.Delete(recursive: true);
    }

    private async Task StartAsync(string program, int target)
    {
        _folder = Directory.CreateTempSubdirectory("varai-pgbouncer-");
        _port = PostgreSqlServer.FreePort();
        string users = Path.Combine(_folder.FullName, "users.txt");
        await File.WriteAllTextAsync(users, $"\"{PostgreSqlServer.User}\" \"{PostgreSqlServer.Password}\"\n");
        string settings = Path.Combine(_folder.FullName, "pgbouncer.ini");

        // Few server connections, so that the transactions of one client go to many.
        await File.WriteAllTextAsync(settings, string.Create(CultureInfo.InvariantCulture, $"""
            [databases]
            * = host=127.0.0.1 port={target}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {_port}
            unix_socket_dir =
            auth_type = scram-sha-256
            auth_file = {users}
            pool_mode = transaction
            default_pool_size = 8
            max_client_conn = 500
            ignore_startup_parameters = extra_float_digits

            """));
        var start = new ProcessStartInfo(program, [settings]) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        if (Environment.UserName == "root")
        {
            Command command = await Command.RunAsync("chown", ["-R", "postgres", _folder.FullName], Path.GetTempPath(), CancellationToken.None);
            Assert.Equal(0, command.ExitCode);
            start.UserName = "postgres";
        }

        var output = new System.Collections.Concurrent.ConcurrentQueue<string?>();
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, e) => output.Enqueue(e.Data);
        _process.ErrorDataReceived += (_, e) => output.Enqueue(e.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await Wait.UntilAsync(async token =>
        {
            Assert.False(_process.HasExited, $"PgBouncer ended before it was ready:\n{string.Join('\n', output)}");
            try
            {
                using var client = new System.Net.Sockets.TcpClient();
                await client.ConnectAsync("127.0.0.1", _port, token);
                return true;
            }
            catch (System.Net.Sockets.SocketException)
            {
                return false;
            }
        });
    }
}
