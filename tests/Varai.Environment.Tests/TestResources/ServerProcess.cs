using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Varai.Tests.TestResources;

/// <summary>A server program that a test has started on a port of its own; killed with its children when it is disposed.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly List<string> _lines = [];

    private ServerProcess(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    /// <summary>Where it listens on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>What it has printed so far, standard output and error, in the order the lines came.</summary>
    public string Output
    {
        get
        {
            lock (_lines)
                return string.Join('\n', _lines);
        }
    }

    /// <summary>Starts a program and waits until its port takes connections; the test fails with the program's output when it ends
    /// before that.</summary>
    /// <param name="program">The program's path.</param>
    /// <param name="arguments">Its arguments for a port that is free.</param>
    /// <param name="variables">Environment variables for it.</param>
    /// <param name="cancellationToken">Stops waiting and kills it.</param>
    public static async Task<ServerProcess> StartAsync(
        string program,
        Func<int, IEnumerable<string>> arguments,
        IReadOnlyDictionary<string, string> variables,
        CancellationToken cancellationToken)
    {
        ServerProcess server = Start(program, arguments, variables);
        try
        {
            await server.WaitForPortAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static ServerProcess Start(string program, Func<int, IEnumerable<string>> arguments, IReadOnlyDictionary<string, string> variables)
    {
        int port = FreePort();
        var start = new ProcessStartInfo(program, arguments(port))
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in variables)
            start.Environment[name] = value;

        var server = new ServerProcess(new Process { StartInfo = start }, port);
        server._process.OutputDataReceived += (_, e) => server.Add(e.Data);
        server._process.ErrorDataReceived += (_, e) => server.Add(e.Data);
        server._process.Start();
        server._process.StandardInput.Close();
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        return server;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task WaitForPortAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        // A port tells nobody that it has opened, so it is tried again and again.
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await AcceptsAsync(patience.Token))
        {
            if (_process.HasExited)
            {
                await _process.WaitForExitAsync(cancellationToken);
                Assert.Fail($"{_process.StartInfo.FileName} ended with {_process.ExitCode} before it listened on port {Port}:\n{Output}");
            }

            await pause.WaitForNextTickAsync(patience.Token);
        }
    }

    private async Task<bool> AcceptsAsync(CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void Add(string? line)
    {
        if (line is null)
            return;
        lock (_lines)
            _lines.Add(line);
    }
}
