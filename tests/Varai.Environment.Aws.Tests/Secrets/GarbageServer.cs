using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Varai.Aws.Tests.Secrets;

/// <summary>Answers with bytes that may be no HTTP, each connection with the next, and closes it.</summary>
internal sealed class GarbageServer(TcpListener listener, string[] answers) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _serving = Task.CompletedTask;

    public string Endpoint => $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

    public static GarbageServer Start(params string[] answers)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var server = new GarbageServer(listener, answers);
        server._serving = server.ServeAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        listener.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        byte[] request = new byte[64 * 1024];
        for (int i = 0; !_stop.IsCancellationRequested; i++)
        {
            try
            {
                using TcpClient connection = await listener.AcceptTcpClientAsync(_stop.Token);
                await using NetworkStream stream = connection.GetStream();
                _ = await stream.ReadAsync(request, _stop.Token);
                await stream.WriteAsync(Encoding.ASCII.GetBytes(answers[i % answers.Length]), _stop.Token);
                // Ends the stream; closing with something unread would reset the connection.
                connection.Client.Shutdown(SocketShutdown.Send);
                while (await stream.ReadAsync(request, _stop.Token) > 0)
                {
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (IOException)
            {
                // The client has had enough and has reset the connection.
            }
        }
    }
}
