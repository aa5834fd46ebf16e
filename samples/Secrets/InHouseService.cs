using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SecretsSample;

/// <summary>The service behind <see cref="InHouseSecretProvider"/>, on a free port of this machine.</summary>
internal sealed class InHouseService : IAsyncDisposable
{
    private readonly WebApplication _app;

    private InHouseService(WebApplication app) => _app = app;

    public ConcurrentDictionary<string, byte[]> Secrets { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether it answers 503 to everything.</summary>
    public bool IsDown { get; set; }

    public Uri Address => new(_app.Urls.First());

    public static async Task<InHouseService> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        var service = new InHouseService(app);
        app.MapGet("/secrets/{*name}", (string name) =>
            service.IsDown ? Results.StatusCode(StatusCodes.Status503ServiceUnavailable)
            : service.Secrets.TryGetValue(Uri.UnescapeDataString(name), out byte[]? value) ? Results.Bytes(value)
            : Results.NotFound());
        await app.StartAsync();
        return service;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
