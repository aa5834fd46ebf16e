using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Varai.PostgreSql.Tests.Server;

/// <summary>A network between a node and its server that can be cut, and that can lose an answer.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Socket, byte> _open = new();
    private readonly ConcurrentDictionary<Socket, byte> _lost = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly int _target;
    private readonly Task _accepting;
    private volatile bool _isCut;
    private volatile byte[]? _marker;
    private volatile bool _deliversMarked;
    private volatile bool _staysCut;
    private int _attempts;

    public CuttingProxy(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many connections were asked for.</summary>
    public int Attempts => Volatile.Read(ref _attempts);

    /// <summary>Ends every connection, and each new one at once.</summary>
    public void Cut()
    {
        _isCut = true;
        foreach (Socket socket in _open.Keys)
            Abort(socket);
    }

    public void Heal() => _isCut = false;

    /// <summary>Cuts the connection that next sends a text, once.</summary>
    /// <param name="text">What to wait for.</param>
    /// <param name="deliver">Whether the server still gets it, and only its answer is lost.</param>
    /// <param name="andStay">Whether no other connection works until it is healed.</param>
    public void CutAt(string text, bool deliver, bool andStay = false)
    {
        _deliversMarked = deliver;
        _staysCut = andStay;
        _marker = Encoding.ASCII.GetBytes(text);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        Cut();
        await _accepting;
        _stop.Dispose();
    }

    private static void Abort(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is gone already.
        }

        socket.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Socket client = await _listener.AcceptSocketAsync(_stop.Token);
                Interlocked.Increment(ref _attempts);
                if (_isCut)
                    Abort(client);
                else
                    _ = RelayAsync(client);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // Stopped, or the client was quicker.
            }
        }
    }

    private async Task RelayAsync(Socket client)
    {
        var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        _open[client] = 0;
        _open[server] = 0;
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _target);
            await Task.WhenAny(PumpAsync(client, server, isRequest: true), PumpAsync(server, client, isRequest: false));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Cut, or the server is away.
        }
        finally
        {
            _open.TryRemove(client, out _);
            _open.TryRemove(server, out _);
            Abort(client);
            Abort(server);
        }
    }

    private async Task PumpAsync(Socket from, Socket to, bool isRequest)
    {
        byte[] buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, _stop.Token) is var count and > 0)
            {
                if (isRequest && _marker is { } marker && buffer.AsSpan(0, count).IndexOf(marker) >= 0)
                {
                    _marker = null;
                    if (!_deliversMarked)
                        return;

                    // The answer is waited for and thrown away: what was sent is done.
                    _lost[to] = 0;
                }

                if (!isRequest && _lost.TryRemove(from, out _))
                {
                    _isCut |= _staysCut;
                    return;
                }

                for (int sent = 0; sent < count;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), _stop.Token);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The other end is gone.
        }
    }
}
