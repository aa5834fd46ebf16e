using Microsoft.Extensions.Logging.Testing;
using Varai.Secrets;

namespace Varai.Tests.Secrets;

/// <summary>A chain over given providers, on virtual time, with its log and measurements.</summary>
internal sealed class SecretChainHarness : IDisposable
{
    public SignallingTime Time { get; } = new();

    public SecretOptions Options { get; } = new();

    public FakeLogCollector Logs { get; } = new();

    public TestMeterFactory Meters { get; } = new();

    public string LogText => string.Join('\n', Logs.GetSnapshot().Select(record => $"{record.Id.Id} {record.Message}"));

    public SecretChain Build(params ISecretProvider[] providers) => new(providers, Options, Time, new FakeLogger(Logs), Meters);

    public static ValueTask<SecretAnswer> ReadAsync(SecretChain chain, string name = "key", CancellationToken? cancellationToken = null) =>
        chain.ReadAsync(new SecretRequest(name), cancellationToken ?? TestContext.Current.CancellationToken);

    public static Task<SecretProviderException> FailAsync(SecretChain chain, string name = "key") =>
        Assert.ThrowsAsync<SecretProviderException>(async () => await ReadAsync(chain, name));

    public void Dispose() => Meters.Dispose();
}
