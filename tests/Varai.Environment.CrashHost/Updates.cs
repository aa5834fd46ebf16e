using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Varai.Configuration;

namespace Varai.CrashHost;

/// <summary>Counts in the configuration: in two keys of the environment's file, then in one of the shared file; or of such
/// documents in the state store.</summary>
internal static class Updates
{
    public static async Task RunAsync(string contentRoot, bool inState, TextWriter output)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { ContentRootPath = contentRoot, EnvironmentName = "production" });
        builder.AddVarai(options =>
        {
            if (inState)
                options.UseStateEnvironments("config/environments");
        });
        using IHost host = builder.Build();
        await host.StartAsync();
        var configuration = host.Services.GetRequiredService<IEnvironmentConfiguration>();
        output.WriteLine("ready");
        output.Flush();
        long number = long.Parse(configuration.Current.Root.FindKey("counters:first")!.Text!, CultureInfo.InvariantCulture);
        while (true)
        {
            number++;
            await configuration.UpdateAsync(new ConfigurationUpdate("crasher", "counting")
                .Set("counters:first", number).Set("counters:second", number));
            Acknowledge(output, number, "own");
            await configuration.UpdateAsync(new ConfigurationUpdate("crasher", "counting") { Layer = ConfigurationLayer.Base }
                .Set("shared:count", number));
            Acknowledge(output, number, "shared");
        }
    }

    private static void Acknowledge(TextWriter output, long number, string kind)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ack {number} {kind}"));
        output.Flush();
    }
}
