using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Varai.Secrets;

namespace Varai.Tests.Secrets;

/// <summary>A store over given providers, on virtual time, with its log.</summary>
internal sealed class SecretStoreHarness : IDisposable
{
    public SecretStoreHarness(params ISecretProvider[] providers)
        : this(_ => { }, providers)
    {
    }

    public SecretStoreHarness(Action<SecretOptions> configure, params ISecretProvider[] providers)
        : this(configure, [], providers)
    {
    }

    public SecretStoreHarness(Action<SecretOptions> configure, ISecretAuditSink[] sinks, ISecretProvider[] providers, ILogger<SecretStore>? logger = null)
    {
        // Otherwise a provider that is told to fail is asked again, after a wait in virtual time.
        Options.Resilience.Enabled = false;
        configure(Options);
        Store = new SecretStore(
            providers, Microsoft.Extensions.Options.Options.Create(Options), Time, logger ?? new FakeLogger<SecretStore>(Logs), sinks, host: null, Meters);
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public SecretOptions Options { get; } = new();

    public TestMeterFactory Meters { get; } = new();

    public FakeLogCollector Logs { get; } = new();

    public SecretStore Store { get; }

    public string LogText => string.Join('\n', Logs.GetSnapshot().Select(record => $"{record.Level} {record.Message} {record.Exception}"));

    /// <summary>What the health check says of the store.</summary>
    public Task<HealthCheckResult> CheckHealthAsync(CancellationToken cancellationToken) =>
        new SecretHealthCheck(new SingleService(Store)).CheckHealthAsync(new HealthCheckContext(), cancellationToken);

    public void Dispose()
    {
        Store.Dispose();
        Meters.Dispose();
    }
}
