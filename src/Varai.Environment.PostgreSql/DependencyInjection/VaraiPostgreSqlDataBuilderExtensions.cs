using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Varai;
using Varai.Data;
using Varai.PostgreSql.Data;
using Varai.Secrets;
using Varai.State;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds PostgreSQL databases to what is moved between environments.</summary>
public static class VaraiPostgreSqlDataBuilderExtensions
{
    /// <summary>Adds a PostgreSQL database in each environment. A second call with the same name sets more options of it. The migrator comes
    /// with <c>AddDataMigration</c>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The component's name, such as <c>database</c>; no <c>/</c> and no <c>:</c>.</param>
    /// <param name="configure">Sets options, after those of the section <c>Varai:Data:PostgreSql:name</c>.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    public static VaraiBuilder AddPostgreSqlDatabase(this VaraiBuilder builder, string name, Action<DataPostgreSqlOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        StateKey.ThrowIfInvalid(name);
        if (name.AsSpan().ContainsAny('/', ':'))
            throw new ArgumentException($"The name '{name}' has a '/' or a ':', which separate names where a component's name is used.", nameof(name));
        IServiceCollection services = builder.Services;
        if (!services.Any(static s => s.ImplementationInstance is ComponentName))
        {
            services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DataPostgreSqlOptions>, DataPostgreSqlOptionsValidator>());
            services.AddSingleton(new VaraiSection("Data:PostgreSql") { Check = CheckNames });
        }

        // Bound once: a list that is bound twice has everything twice.
        if (!services.Any(s => s.ImplementationInstance is ComponentName known && known.Name == name))
            Add(services, name);
        if (configure is not null)
            services.Configure(name, configure);
        return builder;
    }

    private static void Add(IServiceCollection services, string name)
    {
        services.AddOptions<DataPostgreSqlOptions>(name)
            .BindConfiguration($"{DataPostgreSqlOptions.SectionName}:{name}", static binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateOnStart();
        services.AddSingleton(new ComponentName(name));
        services.AddSingleton<IDataComponent>(provider => new PostgreSqlDatabaseComponent(
            name,
            provider.GetRequiredService<IOptionsMonitor<DataPostgreSqlOptions>>().Get(name),
            provider.GetService<ISecretStore>(),
            provider.GetService<TimeProvider>() ?? TimeProvider.System));
    }

    // A section that belongs to no component is mostly a misspelt one.
    private static void CheckNames(IServiceProvider provider)
    {
        var known = provider.GetServices<ComponentName>().Select(static c => c.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        string[] errors =
        [
            .. provider.GetRequiredService<IConfiguration>().GetSection(DataPostgreSqlOptions.SectionName).GetChildren()
                .Where(s => !known.Contains(s.Key))
                .Select(static s => $"{s.Path} is not known: no PostgreSQL database has the name '{s.Key}'."),
        ];
        if (errors.Length > 0)
            throw new OptionsValidationException(DataPostgreSqlOptions.SectionName, typeof(DataPostgreSqlOptions), errors);
    }

    private sealed record ComponentName(string Name);
}
