using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Varai.FeatureFlags;

namespace Varai.CrashHost;

/// <summary>Counts in the feature flags of the state store: in two flags and a segment, all by one edit.</summary>
internal static class FlagEdits
{
    public static async Task RunAsync(string contentRoot, TextWriter output)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { ContentRootPath = contentRoot, EnvironmentName = "production" });
        builder.AddVarai().UseStateFeatureFlags();
        using IHost host = builder.Build();
        await host.StartAsync();
        var editor = host.Services.GetRequiredService<IFeatureFlagEditor>();
        FeatureFlagSet present = await editor.GetAsync();
        long number = present.Find("first")?.Parameters?.Find("count")?.Text is { } count ? long.Parse(count, CultureInfo.InvariantCulture) : 0;
        output.WriteLine("ready");
        output.Flush();
        while (true)
        {
            number++;
            string counted = string.Create(CultureInfo.InvariantCulture, $$"""{ "count": {{number}}, "padding": "{{new string('x', (int)(number * 977 % 9000))}}" }""");
            FeatureFlagSet set = await editor.ApplyAsync(new FeatureFlagEdit("crasher", string.Create(CultureInfo.InvariantCulture, $"counting {number}"))
                .Set("first", $$"""{ "enabled": true, "parameters": {{counted}} }""")
                .Set("second", $$"""{ "enabled": false, "parameters": {{counted}} }""")
                .SetSegment("third", string.Create(CultureInfo.InvariantCulture, $$"""{ "users": ["{{number}}"], "description": "{{new string('x', 500)}}" }""")));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ack {number} {set.Version}"));
            output.Flush();
        }
    }
}
