using System.Text;
using Microsoft.Extensions.Logging.Testing;
using Varai.Secrets;
using Varai.Secrets.LocalStore;
using Varai.Tests.TestResources;

namespace Varai.Tests.Secrets;

/// <summary>A local store in a folder of its own, opened as often as needed.</summary>
internal sealed class LocalStoreFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public Dictionary<string, string> Variables { get; } = [];

    public ISecretKeyProvider? KeyProvider { get; set; }

    public FakeLogCollector Logs { get; } = new();

    public string Root => _folder.Root;

    public string StorePath => _folder.File(Path.Combine("store", "secrets.enc"));

    public string KeyPath => _folder.File(Path.Combine("keys", "service.key"));

    public bool HasKeyFile { get; set; } = true;

    public static string NewKey() => Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));

    public LocalSecretProvider Open(int maxVersions = 10)
    {
        var environment = new ProcessEnvironment(Variables.GetValueOrDefault);
        var logger = new FakeLogger<LocalSecretProvider>(Logs);
        var files = new SecretFileReader("local", requirePrivateFiles: false, logger);
        var keys = new LocalStoreKeys(
            KeyProvider,
            new EnvironmentKeys(EnvironmentKeys.Current, environment, files),
            new EnvironmentKeys(EnvironmentKeys.Previous, environment, files),
            () => HasKeyFile ? new KeyFile(KeyPath, TimeProvider.System) : null);
        return new LocalSecretProvider(StorePath, maxVersions, keys, TimeProvider.System, logger);
    }

    public async Task<string?> ReadAsync(string name, string? version = null)
    {
        using LocalSecretProvider store = Open();
        return (await store.GetAsync(new SecretRequest(name) { Version = version }, TestContext.Current.CancellationToken))?.RevealString();
    }

    public async Task<string?> WriteAsync(string name, string value)
    {
        using LocalSecretProvider store = Open();
        return await store.SetAsync(name, new SecretValue(value), TestContext.Current.CancellationToken);
    }

    /// <summary>The bytes of all files, the key file left out.</summary>
    public byte[] AllBytes() => [.. Directory.EnumerateFiles(Path.GetDirectoryName(StorePath)!).SelectMany(File.ReadAllBytes)];

    public bool Holds(string text)
    {
        ReadOnlySpan<byte> all = AllBytes();
        return all.IndexOf(Encoding.UTF8.GetBytes(text)) >= 0 || all.IndexOf(Encoding.Unicode.GetBytes(text)) >= 0
            || all.IndexOf(Encoding.ASCII.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=')[..^2])) >= 0;
    }

    public void Dispose() => _folder.Dispose();
}
