using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Varai;
using Varai.Data;
using Varai.Promotion.Capturing;
using Varai.State;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds data components and their migration between environments.</summary>
public static class VaraiDataBuilderExtensions
{
    /// <summary>Adds <see cref="IDataMigrator"/>. Adding a component adds it too; this sets its options.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options, after those of the section <c>Varai:DataMigration</c>.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddDataMigration(this VaraiBuilder builder, Action<DataMigrationOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddVaraiData();
        if (configure is not null)
            builder.Services.Configure(configure);
        return builder;
    }

    /// <summary>Adds a folder of files in each environment. A second call with the same name sets more options of it.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The component's name, such as <c>files</c>; no <c>/</c> and no <c>:</c>.</param>
    /// <param name="configure">Sets options, after those of the section <c>Varai:Data:Files:name</c>.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    public static VaraiBuilder AddDataFiles(this VaraiBuilder builder, string name, Action<DataFilesOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ThrowIfInvalid(name);
        builder.Services.AddVaraiFiles(name);
        if (configure is not null)
            builder.Services.Configure(name, configure);
        return builder;
    }

    /// <summary>Adds a SQLite database in each environment. A second call with the same name sets more options of it.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The component's name, such as <c>database</c>; no <c>/</c> and no <c>:</c>.</param>
    /// <param name="configure">Sets options, after those of the section <c>Varai:Data:Sqlite:name</c>.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    public static VaraiBuilder AddSqliteDatabase(this VaraiBuilder builder, string name, Action<DataSqliteOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ThrowIfInvalid(name);
        builder.Services.AddVaraiSqlite(name);
        if (configure is not null)
            builder.Services.Configure(name, configure);
        return builder;
    }

    /// <summary>Adds the configuration of each environment as a data component with the name <c>configuration</c>: its values, secrets as
    /// references. A restore is an update like any other, checked and recorded; keys of <c>Varai:Promotion:ProtectedKeys</c> and
    /// <c>CreateOnlyKeys</c> stay the target's own when the values are another environment's. A second call changes nothing.</summary>
    /// <remarks>Not added by itself: a migration of all components would replace configuration too, and promotion is the way that merges.</remarks>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddDataConfiguration(this VaraiBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddVaraiData();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IDataComponent, ConfigurationComponent>());
        return builder;
    }

    /// <summary>Adds a component of the service's own; a second call with the same type changes nothing.</summary>
    /// <typeparam name="TComponent">The component; the container creates it once and disposes it.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddDataComponent<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TComponent>(this VaraiBuilder builder)
        where TComponent : class, IDataComponent
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddVaraiData();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IDataComponent, TComponent>());
        return builder;
    }

    private static void ThrowIfInvalid(string name)
    {
        StateKey.ThrowIfInvalid(name);
        if (name.AsSpan().ContainsAny('/', ':'))
            throw new ArgumentException($"The name '{name}' has a '/' or a ':', which separate names where a component's name is used.", nameof(name));
    }
}
