using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Varai.AspNetCore.Tests.TestResources;

/// <summary>A real server on a port of its own that serves <see cref="Flags"/>, as a service would.</summary>
internal sealed class FlagServer : IAsyncDisposable
{
    public const string AllPath = "/ofrep/v1/evaluate/flags";
    public const string OnePath = AllPath + "/";
    public const string EventsPath = "/ofrep/v1/events";

    /// <summary>A body that asks for nobody in particular.</summary>
    public const string Body = """{"context":{"targetingKey":"u1"}}""";

    private readonly WebApplication _app;

    private FlagServer(WebApplication app, FakeFlags flags)
    {
        _app = app;
        Flags = flags;
        Uri = new Uri(app.Urls.Single());
        Client = new HttpClient { BaseAddress = Uri };
    }

    public Uri Uri { get; }

    public HttpClient Client { get; }

    public FakeFlags Flags { get; }

    public FakeLogCollector Logs => _app.Services.GetRequiredService<FakeLogCollector>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Starts a server.</summary>
    /// <param name="configure">The options of the endpoints.</param>
    /// <param name="map">Maps the endpoints, and what else the test needs; without it they are mapped at the root.</param>
    /// <param name="register">Registers what the test needs.</param>
    public static async Task<FlagServer> StartAsync(
        Action<FlagEndpointOptions>? configure = null, Action<WebApplication>? map = null, Action<IServiceCollection>? register = null)
    {
        var flags = new FakeFlags();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddFakeLogging();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton<IFeatureFlags>(flags);
        builder.Services.AddSingleton<IFlagContextAccessor, AsyncFlagContextAccessor>();
        register?.Invoke(builder.Services);
        WebApplication app = builder.Build();
        if (map is null)
            app.MapVaraiFlags(configure: configure);
        else
            map(app);
        await app.StartAsync(Token);
        return new FlagServer(app, flags);
    }

    /// <summary>Posts a body as JSON and checks the reply against the protocol's own description.</summary>
    public async Task<Reply> PostAsync(string path, string body = Body, string? ifNoneMatch = null)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        return await SendAsync(path, content, ifNoneMatch);
    }

    /// <summary>Posts any content and checks the reply against the protocol's own description.</summary>
    public async Task<Reply> SendAsync(string path, HttpContent content, string? ifNoneMatch = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        if (ifNoneMatch is not null)
            request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        using HttpResponseMessage response = await Client.SendAsync(request, Token);
        string text = await response.Content.ReadAsStringAsync(Token);
        bool isAll = path.Split('?')[0].EndsWith(AllPath, StringComparison.OrdinalIgnoreCase);
        OfrepDescription.Check(isAll ? AllPath : AllPath + "/{key}", response, text);
        return new Reply(response.StatusCode, text, response.Headers.ETag?.ToString(), response.Headers.CacheControl?.ToString());
    }

    /// <summary>Posts JSON over a bare socket, so that the path is sent as it is.</summary>
    /// <returns>The reply with its headers.</returns>
    public async Task<string> PostRawAsync(string path, string body = Body)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, Uri.Port, Token);
        await using NetworkStream stream = socket.GetStream();
        await stream.WriteAsync(
            Encoding.UTF8.GetBytes(
                $"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"),
            Token);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Token);
    }

    /// <summary>Stops the host as a deployment does: what is open may end by itself.</summary>
    public Task StopAsync() => _app.StopAsync(Token);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
