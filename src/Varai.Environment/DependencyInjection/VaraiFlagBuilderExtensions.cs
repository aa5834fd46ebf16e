using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Varai;
using Varai.Configuration;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Declarations;
using Varai.FeatureFlags.Usage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Sets up how feature flags are told of, watched and declared.</summary>
public static class VaraiFlagBuilderExtensions
{
    /// <summary>Sets up exposures, usage reports and the check of declared flags.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options, after those of the section <c>Varai:FeatureFlags</c>.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder ConfigureFeatureFlags(this VaraiBuilder builder, Action<FeatureFlagOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        builder.Services.AddOptionsWithValidateOnStart<FeatureFlagOptions>().Configure(configure);
        return builder;
    }

    /// <summary>Watches which flags are evaluated and which are on for everybody, so that <see cref="IFlagUsage"/> can report the ones
    /// to clean up. It is written to the state store, where all nodes of the environment add up. A second call changes nothing.</summary>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddFeatureFlagUsage(this VaraiBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton<FlagUsageService>();
        builder.Services.TryAddSingleton<IFlagUsage>(static provider => provider.GetRequiredService<FlagUsageService>());
        builder.Services.AddHostedService(static provider => provider.GetRequiredService<FlagUsageService>());
        return builder;
    }

    /// <summary>Declares flags, so that the start tells where they and the definitions differ: declared flags that no environment
    /// defines, defined flags that no code declares, and types that do not fit. <see cref="IFlagDeclarations"/> tells it later.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="flags">The flags.</param>
    /// <returns>The builder.</returns>
    /// <remarks><see cref="FeatureFlagOptions.UndefinedFlags"/> says whether an undefined flag stops the host.</remarks>
    public static VaraiBuilder AddFlags(this VaraiBuilder builder, params Flag[] flags)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(flags);
        foreach (Flag flag in flags)
            ArgumentNullException.ThrowIfNull(flag, nameof(flags));
        return Declare(builder, [.. flags]);
    }

    /// <summary>Declares the flags that a class holds in static fields; see the other overload.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="declaring">The class, such as <c>typeof(ShopFlags)</c>; its fields may be private.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The class holds no flag.</exception>
    public static VaraiBuilder AddFlags(
        this VaraiBuilder builder,
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicFields | DynamicallyAccessedMemberTypes.NonPublicFields)] Type declaring)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(declaring);
        return Declare(builder, FlagFields.Of(declaring));
    }

    private static VaraiBuilder Declare(VaraiBuilder builder, IReadOnlyList<Flag> flags)
    {
        builder.Services.AddSingleton(new DeclaredFlags(flags));
        builder.Services.TryAddSingleton<OtherEnvironmentsRule>();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigurationRule, OtherEnvironmentsRule>(
            static provider => provider.GetRequiredService<OtherEnvironmentsRule>()));
        builder.Services.TryAddSingleton<IFlagDeclarations, FlagDeclarations>();
        builder.Services.AddHostedService<FlagDeclarationCheck>();
        return builder;
    }
}
