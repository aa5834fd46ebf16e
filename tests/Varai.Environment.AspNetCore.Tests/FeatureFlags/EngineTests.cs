using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Varai.AspNetCore.Tests.FeatureFlags;

/// <summary>The endpoints over the engine itself, as a service has them.</summary>
public sealed class EngineTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task MapVaraiFlags_OverConfigurationFiles_ServesWhatTheyDefine()
    {
        using var folder = new TemporaryFolder();
        folder.Write("config/environments/base.json", """
            { "feature_flags": { "on": true, "off": { "enabled": false } } }
            """);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = folder.Root, EnvironmentName = "Staging" });
        builder.Logging.ClearProviders().AddFakeLogging();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddVarai();
        await using WebApplication app = builder.Build();
        app.UseVaraiFlagContext(_ => new FlagContext("ambient"));
        app.MapVaraiFlags();
        app.MapGet("/whoami", http =>
            http.Response.WriteAsync(http.RequestServices.GetRequiredService<IFlagContextAccessor>().Current!.TargetingKey!, http.RequestAborted));
        await app.StartAsync(Token);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        Assert.Equal(
            ["""{"key":"on","reason":"STATIC","value":true}""", """{"key":"off","reason":"DISABLED","value":false}"""],
            JsonNode.Parse(await PostAsync(""))!["flags"]!.AsArray().Select(f => f!.ToJsonString()));
        Assert.Equal("""{"key":"on","reason":"STATIC","value":true}""", await PostAsync("/ON"));
        Assert.Contains("FLAG_NOT_FOUND", await PostAsync("/unknown"), StringComparison.Ordinal);
        Assert.Equal("ambient", await client.GetStringAsync(new Uri("/whoami", UriKind.Relative), Token));
        Assert.DoesNotContain(
            app.Services.GetRequiredService<FakeLogCollector>().GetSnapshot(), l => l.Level >= LogLevel.Warning);

        async Task<string> PostAsync(string key)
        {
            using var content = new StringContent("""{"context":{"targetingKey":"u1"}}""", System.Text.Encoding.UTF8, "application/json");
            using HttpResponseMessage response = await client.PostAsync(new Uri("/ofrep/v1/evaluate/flags" + key, UriKind.Relative), content, Token);
            return await response.Content.ReadAsStringAsync(Token);
        }
    }
}
