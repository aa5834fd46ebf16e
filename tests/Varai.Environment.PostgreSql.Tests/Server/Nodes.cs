using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Varai.PostgreSql.State;

namespace Varai.PostgreSql.Tests.Server;

/// <summary>Opens stores as a service would.</summary>
internal static class Nodes
{
    public static PostgreSqlStateStore Open(
        string connectionString,
        string schema,
        Action<PostgreSqlStateOptions>? configure = null,
        TimeProvider? timeProvider = null,
        ILogger<PostgreSqlStateStore>? logger = null)
    {
        var options = new PostgreSqlStateOptions { ConnectionString = connectionString, Schema = schema };
        configure?.Invoke(options);
        return new PostgreSqlStateStore(
            PostgreSqlConnections.Create(connectionString, options, secrets: null),
            ownsSource: true,
            options,
            timeProvider ?? TimeProvider.System,
            logger ?? NullLogger<PostgreSqlStateStore>.Instance);
    }
}
