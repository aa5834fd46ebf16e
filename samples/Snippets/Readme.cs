using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Varai;
using Varai.Configuration;

namespace Snippets;

internal static class Readme
{
    public static async Task RunAsync(string[] args)
    {
        // snippet: readme-host
        HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
        builder.AddVarai();
        builder.Services.AddHostedService<Recommender>();
        await builder.Build().RunAsync();
        // end-snippet
    }
}

// snippet: readme-service
internal sealed class Recommender(IVaraiEnvironment varai) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        string apiKey = await varai.GetSecretAsync("API_KEY", stoppingToken);
        if (varai.IsFeatureEnabled("advanced_analytics"))
        {
            double rate = varai.GetFeatureParameters("advanced_analytics").Get("sampling_rate", 0.1);
            ApiConfig api = varai.GetConfiguration<ApiConfig>("api_config");
            Console.WriteLine($"{varai.Name}: {api.BaseUrl}, {rate:P0} of the calls, a key of {apiKey.Length} characters");
        }
    }
}

internal sealed record ApiConfig(string BaseUrl, TimeSpan Timeout);
// end-snippet
