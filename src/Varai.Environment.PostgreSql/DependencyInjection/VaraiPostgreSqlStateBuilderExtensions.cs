using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using Varai;
using Varai.PostgreSql.State;
using Varai.Secrets;
using Varai.State;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps state in PostgreSQL.</summary>
public static class VaraiPostgreSqlStateBuilderExtensions
{
    /// <summary>Keeps state in a PostgreSQL database that many nodes share, with the settings of <c>Varai:State:PostgreSql</c>. Without
    /// a connection string among them, the <see cref="NpgsqlDataSource"/> that the service has registered is used.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the settings, after the configuration.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder UsePostgreSqlState(this VaraiBuilder builder, Action<PostgreSqlStateOptions>? configure = null) =>
        Use(builder, given: null, configure);

    /// <summary>Keeps state in a PostgreSQL database that many nodes share, with the settings of <c>Varai:State:PostgreSql</c>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="connectionString">The connection string, in place of the one of the configuration.</param>
    /// <param name="configure">Changes the settings, after the configuration.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder UsePostgreSqlState(this VaraiBuilder builder, string connectionString, Action<PostgreSqlStateOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        return Use(
            builder,
            given: null,
            options =>
            {
                options.ConnectionString = connectionString;
                configure?.Invoke(options);
            });
    }

    /// <summary>Keeps state in a PostgreSQL database that many nodes share, with the settings of <c>Varai:State:PostgreSql</c>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="dataSource">Where connections come from; it stays the caller's to dispose, after the host.</param>
    /// <param name="configure">Changes the settings, after the configuration.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder UsePostgreSqlState(this VaraiBuilder builder, NpgsqlDataSource dataSource, Action<PostgreSqlStateOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(dataSource);
        return Use(builder, dataSource, configure);
    }

    private static VaraiBuilder Use(VaraiBuilder builder, NpgsqlDataSource? given, Action<PostgreSqlStateOptions>? configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        IServiceCollection services = builder.Services;
        if (!services.Any(static s => s.ServiceType == typeof(PostgreSqlStateHealthCheck)))
        {
            services.AddOptionsWithValidateOnStart<PostgreSqlStateOptions>()
                .BindConfiguration(PostgreSqlStateOptions.SectionName, static o => o.ErrorOnUnknownConfiguration = true);
            services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PostgreSqlStateOptions>, PostgreSqlStateOptionsValidator>());
            services.AddSingleton(new VaraiSection("State:PostgreSql"));

            // Takes effect when the service calls AddHealthChecks, and costs nothing when it does not.
            services.AddSingleton<PostgreSqlStateHealthCheck>();
            services.Configure<HealthCheckServiceOptions>(static options => options.Registrations.Add(new HealthCheckRegistration(
                "varai-state", static provider => provider.GetRequiredService<PostgreSqlStateHealthCheck>(), failureStatus: null, tags: ["varai"])));
        }

        if (configure is not null)
            services.Configure(configure);
        services.Replace(ServiceDescriptor.Singleton<IStateStore>(provider => Create(provider, given)));
        return builder;
    }

    private static PostgreSqlStateStore Create(IServiceProvider provider, NpgsqlDataSource? given)
    {
        PostgreSqlStateOptions options = provider.GetRequiredService<IOptions<PostgreSqlStateOptions>>().Value;
        NpgsqlDataSource? source = given;
        if (source is null && options.ConnectionString is { } connectionString)
        {
            source = PostgreSqlConnections.Create(
                connectionString, options, options.PasswordSecret is null ? null : provider.GetRequiredService<ISecretStore>());
        }

        bool isOwn = given is null && source is not null;
        source ??= provider.GetService<NpgsqlDataSource>() ?? throw new InvalidOperationException(
            $"The state store in PostgreSQL has no address: set {PostgreSqlStateOptions.SectionName}:{nameof(PostgreSqlStateOptions.ConnectionString)}, or register an NpgsqlDataSource.");
        return new PostgreSqlStateStore(
            source,
            isOwn,
            options,
            provider.GetService<TimeProvider>() ?? TimeProvider.System,
            provider.GetService<ILogger<PostgreSqlStateStore>>() ?? NullLogger<PostgreSqlStateStore>.Instance);
    }
}
