using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Varai.FeatureFlags;
using Varai.PostgreSql.State;

namespace Varai.CrashHost;

/// <summary>One of many nodes that share a state store in PostgreSQL.</summary>
internal static class PostgreSqlNode
{
    public static async Task RunAsync(string[] arguments, TextWriter output)
    {
        if (arguments[0] == "postgresql-flag")
        {
            await FollowFlagAsync(arguments[1], arguments[2], arguments[3], arguments[4], listen: arguments[5] == "listen", output);
            return;
        }

        var options = new PostgreSqlStateOptions { ConnectionString = arguments[1], Schema = arguments[2], CommandTimeout = TimeSpan.FromMinutes(1) };
        await using var store = new PostgreSqlStateStore(
            PostgreSqlConnections.Create(arguments[1], options, secrets: null),
            ownsSource: true,
            options,
            TimeProvider.System,
            NullLogger<PostgreSqlStateStore>.Instance);
        switch (arguments[0])
        {
            case "postgresql-commit":
                await Commits.RunAsync(store, int.Parse(arguments[3], CultureInfo.InvariantCulture), output);
                break;
            case "postgresql-increment":
                await Increments.RunAsync(store, arguments[3], int.Parse(arguments[4], CultureInfo.InvariantCulture));
                break;
            default:
                throw new InvalidOperationException($"Unknown command '{arguments[0]}'.");
        }
    }

    private static async Task FollowFlagAsync(string connectionString, string schema, string contentRoot, string flag, bool listen, TextWriter output)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { ContentRootPath = contentRoot, EnvironmentName = "production" });
        builder.AddVarai().UsePostgreSqlState(connectionString, Set).UseStateFeatureFlags();
        using IHost host = builder.Build();
        await host.StartAsync();
        var varai = host.Services.GetRequiredService<IVaraiEnvironment>();
        IAsyncEnumerable<FeatureFlagsChanged> changes = host.Services.GetRequiredService<IFeatureFlagEditor>().WatchAsync();
        Say("ready");
        await foreach (FeatureFlagsChanged change in changes)
            Say($"{change.Version} {varai.IsFeatureEnabled(flag)}");

        void Set(PostgreSqlStateOptions options)
        {
            options.Schema = schema;
            options.Listen = listen;
            options.PollInterval = TimeSpan.FromMilliseconds(listen ? 1000 : 200);
        }

        void Say(string line)
        {
            output.WriteLine(line);
            output.Flush();
        }
    }
}
