using Microsoft.Extensions.Configuration;
using Varai;
using Varai.Configuration;
using Varai.DependencyInjection;

namespace Microsoft.Extensions.Hosting;

/// <summary>Adds Varai to a host.</summary>
public static class VaraiHostExtensions
{
    /// <summary>Gives the host its environment: configuration files among its sources, secrets, feature flags, and
    /// <see cref="IVaraiEnvironment"/> to inject.</summary>
    /// <remarks>
    /// The environment's files come after the host's own files (<c>appsettings.json</c>, user secrets) and before environment
    /// variables and the command line, so those still override. Safe to call again without options, for instance from a library.
    /// Services registered before or after this call replace the defaults.
    /// </remarks>
    /// <param name="builder">The host's builder.</param>
    /// <param name="configure">Sets options in code, after those of the section <c>Varai</c>.</param>
    /// <returns>The builder that every package extends.</returns>
    /// <exception cref="ConfigurationException">A configuration file can't be read or breaks its schema.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is not valid.</exception>
    /// <exception cref="InvalidOperationException">It was called before, and options are given again.</exception>
    public static VaraiBuilder AddVarai(this IHostApplicationBuilder builder, Action<VaraiOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (VaraiServices.IsRegistered(builder.Services, configure is not null))
            return new VaraiBuilder(builder.Services);
        VaraiSetup setup = VaraiSetup.Create(builder.Configuration, builder.Environment, configure);
        setup.AddSource(builder.Configuration);
        return VaraiServices.Add(builder.Services, setup);
    }

    /// <summary>Does the same for a host that is set up through <see cref="IHostBuilder"/>.</summary>
    /// <param name="builder">The host's builder.</param>
    /// <param name="build">Extends what was added, as the builder returned by the other overload does.</param>
    /// <param name="configure">Sets options in code, after those of the section <c>Varai</c>.</param>
    /// <returns>The same builder.</returns>
    public static IHostBuilder AddVarai(this IHostBuilder builder, Action<VaraiBuilder>? build = null, Action<VaraiOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        VaraiSetup? setup = null;
        return builder
            .ConfigureAppConfiguration((context, configuration) =>
            {
                // A second call must not put the files among the sources once more.
                if (configuration.Sources.Any(s => s is EnvironmentConfigurationSource))
                    return;

                // The sources so far tell where the files are; the host builds its own root from them later, and owns what they
                // share with this one, so only the file watchers of this one are given back. A web application's builder hands
                // out its live configuration, which builds to itself: that one keeps its watchers.
                IConfigurationRoot sofar = configuration.Build();
                setup = VaraiSetup.Create(sofar, context.HostingEnvironment, configure);
                setup.AddSource(configuration);
                if (ReferenceEquals(sofar, configuration))
                    return;
                foreach (FileConfigurationProvider file in sofar.Providers.OfType<FileConfigurationProvider>())
                    file.Dispose();
            })
            .ConfigureServices((_, services) =>
            {
                VaraiBuilder varai = VaraiServices.IsRegistered(services, configure is not null)
                    ? new VaraiBuilder(services)
                    : VaraiServices.Add(services, setup!);
                build?.Invoke(varai);
            });
    }
}
