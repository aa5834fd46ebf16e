using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;
using Varai.Configuration;
using Varai.FeatureFlags;

namespace Contoso.Extensions;

/// <summary>A feature-flag store written outside Varai: JSON in a file of one process, with a version for each write.</summary>
internal sealed class JsonFlagFile(string path) : IFeatureFlagStore, IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private ConfigurationReloadToken _token = new();

    public IChangeToken GetChangeToken() => _token;

    public void Dispose() => _gate.Dispose();

    public async ValueTask<FeatureFlagSet> LoadAsync(CancellationToken cancellationToken)
    {
        ConfigurationNode root = ConfigurationJson.Parse(File.Exists(path) ? await File.ReadAllTextAsync(path, cancellationToken) : "{}", path);
        return FeatureFlagSet.FromNode(root, root.Find("version")?.Text ?? "new");
    }

    public async Task<FeatureFlagSet> WriteAsync(FeatureFlagWrite write, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            FeatureFlagSet present = await LoadAsync(cancellationToken);
            if (write.ExpectedVersion is { } expected && expected != present.Version)
                throw new FeatureFlagConflictException(expected, present.Version);
            FeatureFlagSet next = present.With(write, Guid.NewGuid().ToString());
            return next.GetDifferences(present).Count == 0 ? present : await SaveAsync(next, cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async Task<FeatureFlagSet> SaveAsync(FeatureFlagSet set, CancellationToken cancellationToken)
    {
        var version = new ConfigurationMember("version", ConfigurationNode.Scalar(ConfigurationNodeKind.String, set.Version));
        await File.WriteAllTextAsync(path + ".new", ConfigurationJson.ToJson(ConfigurationNode.Object([version, .. set.ToNode().Members])), cancellationToken);
        File.Move(path + ".new", path, overwrite: true);
        Interlocked.Exchange(ref _token, new ConfigurationReloadToken()).OnReload();
        return set;
    }
}
