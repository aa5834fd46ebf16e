using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Varai.Promotion.Checks;
using Varai.Promotion.Gates;
using Varai.Promotion.Planning;
using Varai.Promotion.Running;
using Varai.Promotion.Store;

namespace Varai.Promotion;

/// <summary>The registrations of the area. Calling it twice is calling it once; what the user registered first stays.</summary>
internal static class PromotionServices
{
    public static IServiceCollection AddVaraiPromotion(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(PromotionWorker)))
            return services;
        services.AddOptions<PromotionOptions>()
            .BindConfiguration(PromotionOptions.SectionName, binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PromotionOptions>, PromotionOptionsValidator>());
        services.AddSingleton(VaraiSection.For<PromotionOptions>("Promotion"));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<PromotionStore>();
        services.AddSingleton<SnapshotStore>();
        services.AddSingleton<VersionLookup>();
        services.AddSingleton<AuditTrail>();
        services.AddSingleton<PromotionSignal>();
        services.AddSingleton<PromotionPlanner>();
        services.AddSingleton<PromotionLeases>();
        services.AddSingleton<PromotionRetention>();
        services.AddSingleton<EnvironmentChecks>();
        services.AddSingleton<PromotionGates>();
        services.AddSingleton<RunParts>();
        services.AddSingleton<PromotionRunner>();
        services.AddSingleton<DataMigrationRunner>();
        services.AddSingleton<PromotionExplainer>();
        services.AddSingleton<PromotionEngine>();
        services.AddSingleton<PromotionControl>();
        services.AddSingleton<PromotionSnapshots>();
        AddGates(services);
        services.TryAddSingleton<IPromotionSecrets, OwnEnvironmentSecrets>();
        services.TryAddSingleton<IPromotionEngine>(static provider => provider.GetRequiredService<PromotionEngine>());
        services.TryAddSingleton<IPromotionControl>(static provider => provider.GetRequiredService<PromotionControl>());
        services.TryAddSingleton<IPromotionSnapshots>(static provider => provider.GetRequiredService<PromotionSnapshots>());
        services.TryAddSingleton<IPromotionAudit>(static provider => provider.GetRequiredService<AuditTrail>());
        services.AddSingleton<PromotionWorker>();
        services.AddHostedService(static provider => provider.GetRequiredService<PromotionWorker>());
        return services;
    }

    private static void AddGates(IServiceCollection services)
    {
        services.AddSingleton<ApprovalGate>();
        services.AddSingleton<IPromotionGate, StopGate>();
        services.AddSingleton<IPromotionGate, StageOrderGate>();
        services.AddSingleton<IPromotionGate, SourceGate>();
        services.AddSingleton<IPromotionGate, ConflictGate>();
        services.AddSingleton<IPromotionGate, ValidationGate>();
        services.AddSingleton<IPromotionGate, SecretGate>();
        services.AddSingleton<IPromotionGate, HoldGate>();
        services.AddSingleton<IPromotionGate, SoakGate>();
        services.AddSingleton<IPromotionGate, FreezeGate>();
        services.AddSingleton<IPromotionGate>(static provider => provider.GetRequiredService<ApprovalGate>());
    }
}
