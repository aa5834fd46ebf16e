using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Varai.Testing.Secrets;
using Varai.Tests.Configuration;

namespace Varai.Tests.Hosting;

public sealed class HealthTests
{
    private static readonly string[] Checks = ["varai-configuration", "varai-feature-flags", "varai-secrets"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AddHealthChecks_BeforeOrAfterAddVarai_HasOurChecksOnceAndHealthy(bool before)
    {
        await using VaraiHost host = new VaraiHost().Write("production.json", """{ "feature_flags": { "f": true } }""");
        if (before)
            host.Builder.Services.AddHealthChecks();
        host.Builder.AddVarai();
        host.Builder.AddVarai();
        if (!before)
            host.Builder.Services.AddHealthChecks();
        await host.App.StartAsync(Token);

        HealthReport report = await CheckAsync(host);

        Assert.Equal(Checks, report.Entries.Keys.Order(StringComparer.Ordinal));
        Assert.All(report.Entries.Values, entry => Assert.Equal(HealthStatus.Healthy, entry.Status));
        Assert.All(report.Entries.Values, entry => Assert.Equal(["varai"], entry.Tags));
        await host.App.StopAsync(Token);
    }

    [Fact]
    public async Task Check_NothingConfigured_IsHealthy()
    {
        await using var host = new VaraiHost();
        host.Builder.Services.AddHealthChecks();
        host.Builder.AddVarai();
        await host.App.StartAsync(Token);

        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(host)).Status);
        Assert.Empty(Directory.EnumerateFileSystemEntries(host.Folder.Root));
        await host.App.StopAsync(Token);
    }

    [Fact]
    public async Task Check_ABadFileAndAFailingProvider_IsDegradedAndSaysWhy()
    {
        var provider = new InMemorySecretProvider("vault");
        await using VaraiHost host = new VaraiHost().Write("production.json", """{ "a": 1 }""");
        host.Builder.Services.AddHealthChecks();
        host.Builder.AddVarai().UseInMemoryState().AddSecretProvider(provider);
        await host.App.StartAsync(Token);

        host.Write("production.json", "{ \"a\": ");
        await ConfigurationHost.UntilAsync(() => !host.Varai.Configuration.Status.IsCurrent);
        provider.Failure = () => new TimeoutException();
        await Assert.ThrowsAsync<Varai.Secrets.SecretProviderException>(async () => await host.Varai.GetSecretAsync("x", Token));

        HealthReport report = await CheckAsync(host);
        Assert.Equal(HealthStatus.Degraded, report.Status);
        Assert.Contains("config/environments/production.json:1:", report.Entries["varai-configuration"].Description, StringComparison.Ordinal);
        Assert.Equal(HealthStatus.Degraded, report.Entries["varai-secrets"].Status);
        Assert.Contains("provider:vault", report.Entries["varai-secrets"].Data.Keys);
        Assert.Equal(HealthStatus.Healthy, report.Entries["varai-feature-flags"].Status);

        host.Write("production.json", """{ "a": 2 }""");
        provider.Failure = null;
        provider.Set("x", "1");
        await ConfigurationHost.UntilAsync(() => host.Varai.Configuration.Status.IsCurrent);
        host.Varai.Secrets.Invalidate("x");
        await host.Varai.GetSecretAsync("x", Token);

        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(host)).Status);
        await host.App.StopAsync(Token);
    }

    private static Task<HealthReport> CheckAsync(VaraiHost host) =>
        host.App.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Token);
}
