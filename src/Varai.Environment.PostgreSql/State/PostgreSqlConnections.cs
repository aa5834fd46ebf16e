using Npgsql;
using Varai.Secrets;

namespace Varai.PostgreSql.State;

/// <summary>Makes the source of the store's own connections.</summary>
internal static class PostgreSqlConnections
{
    public static NpgsqlDataSource Create(string connectionString, PostgreSqlStateOptions options, ISecretStore? secrets)
    {
        var builder = new NpgsqlSlimDataSourceBuilder(connectionString);
        builder.EnableTransportSecurity();
        builder.EnableArrays();
        NpgsqlConnectionStringBuilder settings = builder.ConnectionStringBuilder;

        // No statement leaves anything behind in its session, so nothing has to be reset; a pooler would take the end of the reset for that
        // of the statement sent after it, and leave its rest lying. ContainsKey says yes to every keyword there is.
        if (!settings.ShouldSerialize("No Reset On Close"))
            settings.NoResetOnClose = true;
        if (!settings.ShouldSerialize("Timeout"))
            settings.Timeout = (int)Math.Clamp(Math.Ceiling(options.CommandTimeout.TotalSeconds), 1, 1024);
        settings.ApplicationName ??= "Varai.Environment";
        if (options.PasswordSecret is { } name && secrets is not null)
        {
            builder.UsePasswordProvider(
                _ => secrets.GetSecret(name),
                async (_, cancellationToken) => await secrets.GetSecretAsync(name, cancellationToken).ConfigureAwait(false));
        }

        NpgsqlDataSource source = builder.Build();
        return source is NpgsqlMultiHostDataSource many && settings.TargetSessionAttributes is null
            ? many.WithTargetSession(TargetSessionAttributes.Primary)
            : source;
    }
}
