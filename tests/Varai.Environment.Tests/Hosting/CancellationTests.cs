using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Varai.Configuration;
using Varai.Data;
using Varai.FeatureFlags;
using Varai.Monitoring;
using Varai.Monitoring.Notifications;
using Varai.Promotion;
using Varai.Secrets;
using Varai.State;
using Varai.Testing.Secrets;
using Varai.Tests.Monitoring.Notifications;

namespace Varai.Tests.Hosting;

/// <summary>A cancelled token in, <see cref="OperationCanceledException"/> out: for every method of every service that takes
/// one, found by reflection, so that a new method is covered by being there.</summary>
public sealed class CancellationTests
{
    private static readonly Type[] Services =
    [
        typeof(IVaraiEnvironment), typeof(IEnvironmentConfiguration), typeof(ISecretStore), typeof(IFeatureFlagStore), typeof(IFeatureFlags),
        typeof(IStateStore), typeof(IBlobStore), typeof(ILeaseStore), typeof(ISecretProvider), typeof(ISecretWriter),
        typeof(ISecretHandle), typeof(ISecretLister), typeof(ISecretBatchReader),
        typeof(IFeatureFlagEditor), typeof(IFlagExposures), typeof(IFlagRollouts), typeof(IFlagUsage),
        typeof(IConfigurationDocuments), typeof(IEnvironmentTransfer), typeof(IPromotionEngine), typeof(IPromotionControl), typeof(IPromotionSnapshots), typeof(IPromotionAudit),
        typeof(IPromotionSecrets),
        typeof(IDataMigrator), typeof(IDataComponent), typeof(IDataCapture), typeof(IDataRestore),
        typeof(IAlertChannel), typeof(IAlertChannels),
        typeof(IAlertDispatcher), typeof(ISilences), typeof(IAlertNotifications),
    ];

    // Written by services only: there is no default to call.
    private static readonly Type[] WithoutDefault = [typeof(ISecretKeyProvider), typeof(IRolloutGuard), typeof(IPromotionGate), typeof(IEnvironmentCheck), typeof(IPromotionObserver), typeof(IAlertChannel)];

    private static readonly PromotionPlan Plan = new()
    {
        Source = "staging",
        Target = "production",
        Author = "ann",
        Reason = "why",
        CreatedAt = DateTimeOffset.UnixEpoch,
        SourceHash = "",
        TargetHash = "",
        PolicyHash = "",
    };

    private static readonly Alert AnyAlert = new() { Labels = new Dictionary<string, string> { ["a"] = "b" }, StartsAt = DateTimeOffset.UnixEpoch };

    private static readonly BlobId Blob = BlobId.FromContent("b"u8);

    public static TheoryData<string, string> Methods
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (Type service in Services)
            {
                foreach (MethodInfo method in service.GetMethods().Where(IsCancellable))
                    data.Add(service.Name, Signature(method));
            }

            return data;
        }
    }

    [Fact]
    public void Services_HaveEveryInterfaceWithACancellableMethod() => Assert.Empty(
        typeof(IVaraiEnvironment).Assembly.GetExportedTypes().Where(t => t.IsInterface && t.GetMethods().Any(IsCancellable)).Except(Services).Except(WithoutDefault));

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Call_WithACancelledToken_IsCancelled(string service, string method)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        await using VaraiHost host = new VaraiHost().Write("production.json", """{ "a": 1 }""").WriteSecret("name", "value");
        host.Builder.AddVarai().AddSecretProvider(new InMemorySecretProvider()).AddFlagRollouts().AddFeatureFlagUsage().AddPromotion()
            .AddWebhook("name", o => o.Url = "https://example.org")
            .AddDataFiles("files", o => o.Directory("staging", "staging").Directory("production", "production"));
        host.Builder.AddVarai().AddAlertNotifications();
        host.Folder.Write("staging/a", "a");
        await host.App.StartAsync(token);
        await host.Varai.Configuration.GetCurrentVersionAsync(token);
        MethodInfo called = Services.Single(s => s.Name == service).GetMethods().Single(m => Signature(m) == method);
        object?[] arguments = [.. called.GetParameters().Select(Argument)];

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await CallAsync(await TargetAsync(host.App.Services, called.DeclaringType!), called, arguments));
    }

    private static string Signature(MethodInfo method) => $"{method.Name}({string.Join(", ", method.GetParameters().Select(p => p.ParameterType.Name))})";

    private static bool IsCancellable(MethodInfo method) => method.GetParameters().Any(p => p.ParameterType == typeof(CancellationToken));

    // What a component opens.
    private static async Task<object> TargetAsync(IServiceProvider services, Type type)
    {
        string id = Guid.NewGuid().ToString("N");
        IDataComponent files = services.GetRequiredService<IDataComponent>();
        return type == typeof(IDataCapture) ? await files.CaptureAsync(new DataCaptureRequest("staging", id), default)
            : type == typeof(IDataRestore) ? await files.RestoreAsync(new DataRestoreRequest("production", id), default)
            : Target(services, type);
    }

    private static object Target(IServiceProvider services, Type type) => type switch
    {
        _ when type == typeof(IBlobStore) => services.GetRequiredService<IStateStore>().Blobs,
        _ when type == typeof(ILeaseStore) => services.GetRequiredService<IStateStore>().Leases,
        _ when type == typeof(ISecretWriter) => services.GetServices<ISecretProvider>().OfType<ISecretWriter>().First(),
        _ when type == typeof(ISecretHandle) => services.GetRequiredService<ISecretStore>().GetHandle("name"),
        _ when type == typeof(ISecretLister) || type == typeof(ISecretBatchReader) =>
            services.GetServices<ISecretProvider>().First(type.IsInstanceOfType),
        _ => services.GetRequiredService(type),
    };

    private static object? Argument(ParameterInfo parameter) => parameter.ParameterType switch
    {
        var type when type == typeof(CancellationToken) => new CancellationToken(canceled: true),
        _ when parameter.HasDefaultValue => parameter.DefaultValue,
        var type when type == typeof(FeatureFlagWrite) => new FeatureFlagWrite { Author = "ann", Reason = "why" },
        var type when type == typeof(FeatureFlagEdit) => new FeatureFlagEdit("ann", "why").Set("a", "true"),
        var type when type == typeof(RolloutPlan) => new RolloutPlan("a").Step(100),
        var type when type == typeof(RolloutAbortMode) => RolloutAbortMode.Keep,
        var type when type == typeof(PromotionRequest) => new PromotionRequest("staging", "production", "ann", "why"),
        var type when type == typeof(PromotionPlan) => Plan,
        var type when type == typeof(PromotionRollback) => new PromotionRollback("name", "ann", "why"),
        var type when type == typeof(PromotionRestore) => new PromotionRestore("production", "name", "ann", "why"),
        var type when type == typeof(string) => parameter.Name == "key" ? "a" : "name",
        var type when type == typeof(IReadOnlyList<Alert>) => (Alert[])[AnyAlert],
        var type when type == typeof(Alert) => AnyAlert,
        var type when type == typeof(IReadOnlyList<LabelMatcher>) => (LabelMatcher[])[new LabelMatcher("a", LabelComparison.Equal, "b")],
        var type when type == typeof(DateTimeOffset) => DateTimeOffset.MaxValue,
        var type when type == typeof(DateOnly) => DateOnly.MinValue,
        var type when type == typeof(long) => 0L,
        var type when type == typeof(TimeSpan) => TimeSpan.FromSeconds(1),
        var type when type == typeof(SecretValue) => new SecretValue("value"),
        var type when type == typeof(IReadOnlyList<string>) => (string[])["name"],
        var type when type == typeof(SecretRequest) => new SecretRequest("name"),
        var type when type == typeof(ConfigurationUpdate) => new ConfigurationUpdate("ann", "why") { EnvironmentName = "production" }.Set("a", 2),
        var type when type == typeof(ConfigurationRestore) => new ConfigurationRestore(1, "ann", "why"),
        var type when type == typeof(EnvironmentImport) => new EnvironmentImport("folder", "ann", "why"),
        var type when type == typeof(ConfigurationReference) => ConfigurationReference.Version(1),
        var type when type == typeof(StateTransaction) => new StateTransaction().Put("k", "v"u8.ToArray()),
        var type when type == typeof(StreamQuery) => new StreamQuery("s"),
        var type when type == typeof(Lease) => new Lease("l", "h", 1, DateTimeOffset.MaxValue),
        var type when type == typeof(BlobId) => Blob,
        var type when type == typeof(IReadOnlyCollection<BlobId>) => (BlobId[])[Blob],
        var type when type == typeof(IReadOnlyList<ReadOnlyMemory<byte>>) => (ReadOnlyMemory<byte>[])["b"u8.ToArray()],
        var type when type == typeof(DataMigrationRequest) => new DataMigrationRequest("staging", "production") { AllowIntoProduction = true },
        var type when type == typeof(PromotionDataMigration) => new PromotionDataMigration(new DataMigrationRequest("staging", "production"), "ann", "why"),
        var type when type == typeof(DataCaptureRequest) => new DataCaptureRequest("staging", Guid.NewGuid().ToString("N")),
        var type when type == typeof(DataRestoreRequest) => new DataRestoreRequest("production", Guid.NewGuid().ToString("N")),
        var type when type == typeof(DataItem) => new DataItem("a", DataItemKind.File) { Length = 1 },
        var type when type == typeof(DataItemResult) => null,
        var type when type == typeof(AlertNotification) => Monitoring.Delivery.Some.Notification("n"),
        var type when type == typeof(Stream) => new MemoryStream("b"u8.ToArray()),
        var type => throw new NotSupportedException($"Say here which {type} to call {parameter.Member} with."),
    };

    private static async Task CallAsync(object target, MethodInfo method, object?[] arguments)
    {
        object result = method.Invoke(target, BindingFlags.DoNotWrapExceptions, binder: null, arguments, culture: null)!;
        Type type = method.ReturnType;
        if (result is Task task)
        {
            await task;
        }
        else if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>))
        {
            await (Task)type.GetMethod("AsTask")!.Invoke(result, null)!;
        }
        else if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>))
        {
            await (Task)typeof(CancellationTests).GetMethod(nameof(DrainAsync), BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod(type.GetGenericArguments()).Invoke(null, [result])!;
        }
        else
        {
            Assert.Fail($"Say here how to await {type}.");
        }
    }

    private static async Task DrainAsync<T>(IAsyncEnumerable<T> items)
    {
        await foreach (T _ in items)
            Assert.Fail("An item came although the token was cancelled.");
    }
}
