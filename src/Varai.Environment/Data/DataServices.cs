using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Varai.Data.Databases;
using Varai.Data.Files;
using Varai.Data.Migration;
using Varai.State;

namespace Varai.Data;

/// <summary>The registrations of data components and their migration. What the user registered first stays.</summary>
internal static class DataServices
{
    public static void AddVaraiData(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(DataMarker)))
            return;
        services.AddSingleton<DataMarker>();
        services.AddOptions<DataMigrationOptions>()
            .BindConfiguration(DataMigrationOptions.SectionName, binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DataMigrationOptions>, DataMigrationOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DataFilesOptions>, DataFilesOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DataSqliteOptions>, DataSqliteOptionsValidator>());
        services.AddSingleton(VaraiSection.For<DataMigrationOptions>("DataMigration"));
        services.AddSingleton(new VaraiSection("Data") { Check = CheckNames });
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IDataMigrator, DataMigrator>();
    }

    public static void AddVaraiFiles(this IServiceCollection services, string name)
    {
        services.AddVaraiData();
        services.AddOptions<DataFilesOptions>(name)
            .BindConfiguration($"{DataFilesOptions.SectionName}:{name}", binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateOnStart();
        if (!IsFirst(services, name))
            return;
        services.AddSingleton<IDataComponent>(provider => new FilesComponent(
            name,
            provider.GetRequiredService<IOptionsMonitor<DataFilesOptions>>().Get(name),
            provider.GetRequiredService<IHostEnvironment>().ContentRootPath,
            provider.GetRequiredService<IStateStore>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<FilesComponent>>()));
    }

    public static void AddVaraiSqlite(this IServiceCollection services, string name)
    {
        services.AddVaraiData();
        services.AddOptions<DataSqliteOptions>(name)
            .BindConfiguration($"{DataSqliteOptions.SectionName}:{name}", binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateOnStart();
        if (!IsFirst(services, name))
            return;
        services.AddSingleton<IDataComponent>(provider => new SqliteDatabaseComponent(
            name,
            provider.GetRequiredService<IOptionsMonitor<DataSqliteOptions>>().Get(name),
            provider.GetRequiredService<IHostEnvironment>().ContentRootPath,
            provider.GetRequiredService<TimeProvider>()));
    }

    // A second call with the same name sets more options of the same component.
    private static bool IsFirst(IServiceCollection services, string name)
    {
        if (services.Any(s => s.ImplementationInstance is DataComponentName known && known.Name == name))
            return false;
        services.AddSingleton(new DataComponentName(name));
        return true;
    }

    // A section that belongs to no component is mostly a misspelt one.
    private static void CheckNames(IServiceProvider provider)
    {
        var configuration = provider.GetRequiredService<IConfiguration>();
        var known = provider.GetServices<DataComponentName>().Select(c => c.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        string[] errors =
        [
            .. new[] { DataFilesOptions.SectionName, DataSqliteOptions.SectionName }
                .SelectMany(s => configuration.GetSection(s).GetChildren())
                .Where(s => !known.Contains(s.Key))
                .Select(s => $"{s.Path} is not known: no data component has the name '{s.Key}'."),
        ];
        if (errors.Length > 0)
            throw new OptionsValidationException("Varai:Data", typeof(DataFilesOptions), errors);

        // Components of other packages have sections of their own below this one.
        foreach (VaraiSection below in provider.GetServices<VaraiSection>().Where(s => s.Name.StartsWith("Data:", StringComparison.OrdinalIgnoreCase)))
            below.Check?.Invoke(provider);
    }

    private sealed class DataMarker;

    private sealed record DataComponentName(string Name);
}
