using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Varai.Monitoring.Notifications;
using Varai.Secrets;

namespace Varai.Monitoring.Channels;

/// <summary>The registrations of our channels. Adding one twice with the same name sets more of its options.</summary>
internal static class ChannelServices
{
    public const string Section = "Varai:AlertChannels";

    public static string SectionOf(string name) => $"{Section}:{name}";

    /// <summary>Registers a channel and the check of its options; they are bound by the caller, where the binder can see their type.</summary>
    public static void AddVaraiAlertChannel<TOptions, TValidator>(
        this VaraiBuilder builder, string name, Action<TOptions>? configure, Func<ChannelContext, TOptions, IAlertChannel> create)
        where TOptions : class, new()
        where TValidator : class, IValidateOptions<TOptions>, new()
    {
        IServiceCollection services = builder.Services;
        services.AddVaraiNotifications();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TOptions>>(new TValidator()));
        if (!services.Any(s => s.ServiceType == typeof(VaraiSection) && s.ImplementationInstance is VaraiSection { Name: "AlertChannels" }))
            services.AddSingleton(new VaraiSection("AlertChannels") { Check = CheckNames });
        if (IsFirst(services, name, typeof(TOptions)))
        {
            services.AddSingleton(provider => create(
                new ChannelContext(name, provider.GetRequiredService<ISecretStore>(), provider.GetRequiredService<TimeProvider>(), provider),
                provider.GetRequiredService<IOptionsMonitor<TOptions>>().Get(name)));
        }

        if (configure is not null)
            services.Configure(name, configure);
    }

    public static void ThrowIfInvalid(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (name.Contains(':', StringComparison.Ordinal) || name.Any(char.IsControl))
            throw new ArgumentException($"'{AlertText.OneLine(name)}' names a section below {Section} and can't hold ':' or control characters.", nameof(name));
    }

    private static bool IsFirst(IServiceCollection services, string name, Type kind)
    {
        foreach (ChannelName known in services.Select(s => s.ImplementationInstance).OfType<ChannelName>())
        {
            if (known.Name != name)
                continue;
            if (known.Kind != kind)
                throw new InvalidOperationException($"The alert channel '{name}' was added before as one of another kind. Give each channel a name of its own.");
            return false;
        }

        services.AddSingleton(new ChannelName(name, kind));
        return true;
    }

    // A section that belongs to no channel is mostly a misspelt one.
    private static void CheckNames(IServiceProvider provider)
    {
        var known = provider.GetServices<ChannelName>().Select(c => c.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        string[] errors =
        [
            .. provider.GetRequiredService<IConfiguration>().GetSection(Section).GetChildren().Where(s => !known.Contains(s.Key))
                .Select(s => $"{s.Path} is not known: no alert channel with settings of its own has the name '{s.Key}'."),
        ];
        if (errors.Length > 0)
            throw new OptionsValidationException(Section, typeof(VaraiOptions), errors);
    }

    private sealed record ChannelName(string Name, Type Kind);
}
