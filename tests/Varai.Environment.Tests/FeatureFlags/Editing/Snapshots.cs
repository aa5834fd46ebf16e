using Microsoft.Extensions.Primitives;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Editing;

namespace Varai.Tests.FeatureFlags.Editing;

/// <summary>Snapshots that a test publishes, without anything that makes them.</summary>
internal sealed class Snapshots : IFlagSetSource, IDisposable
{
    private CancellationTokenSource _changed = new();

    private Snapshots() => Flags = TokenOnly.Over(() => new CancellationChangeToken(_changed.Token), () => Version);

    public IFeatureFlags Flags { get; }

    public FeatureFlagSet Current { get; private set; } = FeatureFlagSet.Empty;

    public long Version { get; private set; }

    public static Snapshots Create() => new();

    public void Publish(FeatureFlagSet set)
    {
        Current = set;
        Version++;
        using CancellationTokenSource before = Interlocked.Exchange(ref _changed, new CancellationTokenSource());
        before.Cancel();
    }

    public Task ReloadAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _changed.Dispose();
}
