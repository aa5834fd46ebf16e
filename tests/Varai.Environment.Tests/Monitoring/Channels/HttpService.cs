using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Varai.Tests.Monitoring.Channels;

/// <summary>An HTTP service in process, which gives the test each request byte for byte and answers what the test says. One request a connection.</summary>
internal sealed class HttpService : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<HttpCall> _calls = [];
    private readonly Task _accepting;

    public HttpService()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Answers a request.</summary>
    public Func<HttpCall, HttpAnswer> Answer { get; set; } = static _ => new HttpAnswer(200, "ok");

    /// <summary>While true every request is answered with 503.</summary>
    public bool IsBroken { get; set; }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Url => $"http://127.0.0.1:{Port}";

    /// <summary>The requests that were answered with success.</summary>
    public IReadOnlyList<HttpCall> Accepted => [.. _calls.Where(c => c.IsAccepted)];

    public IReadOnlyList<HttpCall> Calls => [.. _calls];

    public HttpCall Last => _calls.Last();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
            _ = ServeAsync(client).ContinueWith(static t => _ = t.Exception, TaskScheduler.Default);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using TcpClient own = client;
        NetworkStream stream = client.GetStream();
        HttpCall call = await ReadAsync(stream, _stop.Token);
        HttpAnswer answer = IsBroken ? new HttpAnswer(503, "broken") : Answer(call);
        call.IsAccepted = answer.Status is >= 200 and <= 299;
        _calls.Enqueue(call);
        byte[] body = Encoding.UTF8.GetBytes(answer.Body);
        var head = new StringBuilder(string.Create(
            CultureInfo.InvariantCulture, $"HTTP/1.1 {answer.Status} Status\r\nContent-Length: {body.Length}\r\nContent-Type: {answer.ContentType}\r\nConnection: close\r\n"));
        foreach ((string name, string value) in answer.Headers)
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), _stop.Token);
        await stream.WriteAsync(body, _stop.Token);
        client.Client.Shutdown(SocketShutdown.Send);
    }

    private static async Task<HttpCall> ReadAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var head = new List<byte>();
        byte[] one = new byte[1];
        while (head.Count < 4 || !head[^4..].SequenceEqual("\r\n\r\n"u8.ToArray()))
        {
            await stream.ReadExactlyAsync(one, cancellationToken);
            head.Add(one[0]);
        }

        string[] lines = Encoding.Latin1.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        string[] request = lines[0].Split(' ');
        Dictionary<string, string> headers = lines.Skip(1).Select(l => l.Split(": ", 2)).ToDictionary(p => p[0], p => p.Length > 1 ? p[1] : "", StringComparer.OrdinalIgnoreCase);
        byte[] body = [];
        if (headers.TryGetValue("Content-Length", out string? length))
        {
            body = new byte[int.Parse(length, CultureInfo.InvariantCulture)];
            await stream.ReadExactlyAsync(body, cancellationToken);
        }
        else if (headers.ContainsKey("Transfer-Encoding"))
        {
            throw new NotSupportedException("Chunks are not read here.");
        }

        return new HttpCall(request[0], request[1], headers, body);
    }
}
