using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Varai.Monitoring;
using Varai.Tests.TestResources;

namespace Varai.Tests.Monitoring.Notifications;

/// <summary>A real Alertmanager, and a receiver of its webhooks.</summary>
internal sealed class AlertmanagerServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HttpListener _listener;
    private readonly ConcurrentDictionary<string, Channel<JsonNode>> _received = new(StringComparer.Ordinal);
    private readonly HttpClient _client = new();
    private readonly Task _receiving;
    private ServerProcess? _server;

    private AlertmanagerServer(HttpListener listener)
    {
        _listener = listener;
        _receiving = ReceiveAsync();
    }

    /// <summary>Starts one.</summary>
    /// <param name="program">The program.</param>
    /// <param name="configuration">Its configuration for the address of the webhooks.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<AlertmanagerServer> StartAsync(string program, Func<string, string> configuration, CancellationToken cancellationToken)
    {
        (HttpListener listener, string address) = Listen();
        var server = new AlertmanagerServer(listener);
        string file = server._folder.Write("alertmanager.yml", configuration(address));
        server._server = await ServerProcess.StartAsync(
            program,
            port => [$"--config.file={file}", $"--storage.path={server._folder.File("data")}", $"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address="],
            new Dictionary<string, string>(),
            cancellationToken);
        return server;
    }

    public async Task PostAsync(IEnumerable<Alert> alerts, CancellationToken cancellationToken)
    {
        var body = new JsonArray([.. alerts.Select(a =>
        {
            var alert = new JsonObject
            {
                ["labels"] = new JsonObject(a.Labels.Select(l => KeyValuePair.Create(l.Key, (JsonNode?)l.Value))),
                ["startsAt"] = a.StartsAt.ToString("O"),
            };
            if (a.EndsAt is { } end)
                alert["endsAt"] = end.ToString("O");
            return (JsonNode)alert;
        })]);
        await SendAsync("alerts", body, cancellationToken);
    }

    /// <returns>The silence's id.</returns>
    public async Task<string> SilenceAsync(IEnumerable<(string Label, string Value)> matchers, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        JsonNode answer = await SendAsync("silences", new JsonObject
        {
            ["matchers"] = new JsonArray([.. matchers.Select(m => (JsonNode)new JsonObject { ["name"] = m.Label, ["value"] = m.Value, ["isRegex"] = false, ["isEqual"] = true })]),
            ["startsAt"] = from.ToString("O"),
            ["endsAt"] = to.ToString("O"),
            ["createdBy"] = "ann",
            ["comment"] = "why",
        }, cancellationToken);
        return (string)answer["silenceID"]!;
    }

    public async Task ExpireAsync(string silence, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await _client.DeleteAsync(Address($"silence/{silence}"), cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>The next webhook of a path.</summary>
    public async Task<JsonNode> ReadAsync(string path, CancellationToken cancellationToken) => await Queue(path).Reader.ReadAsync(cancellationToken);

    /// <summary>A webhook of a path that has come; null when none has.</summary>
    public JsonNode? TryRead(string path) => Queue(path).Reader.TryRead(out JsonNode? body) ? body : null;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _listener.Close();
        await _receiving;
        _client.Dispose();
        _folder.Dispose();
    }

    private static (HttpListener Listener, string Address) Listen()
    {
        for (int attempt = 1; ; attempt++)
        {
            string address = $"http://127.0.0.1:{Random.Shared.Next(20_000, 32_000)}/";
            var listener = new HttpListener { Prefixes = { address } };
            try
            {
                listener.Start();
                return (listener, address);
            }
            catch (HttpListenerException) when (attempt < 20)
            {
                // Somebody has the port.
            }
        }
    }

    private async Task ReceiveAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            JsonNode body = (await JsonNode.ParseAsync(context.Request.InputStream))!;
            context.Response.Close();
            Queue(context.Request.Url!.AbsolutePath).Writer.TryWrite(body);
        }
    }

    private Channel<JsonNode> Queue(string path) => _received.GetOrAdd(path, static _ => Channel.CreateUnbounded<JsonNode>());

    private Uri Address(string path) => new($"http://127.0.0.1:{_server!.Port}/api/v2/{path}");

    private async Task<JsonNode> SendAsync(string path, JsonNode body, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await _client.PostAsJsonAsync(Address(path), body, cancellationToken);
        string text = await response.Content.ReadAsStringAsync(cancellationToken);
        Assert.True(response.IsSuccessStatusCode, text);
        return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
    }
}
