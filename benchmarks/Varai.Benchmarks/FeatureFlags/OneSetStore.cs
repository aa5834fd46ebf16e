using Microsoft.Extensions.Primitives;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Engine;

namespace Varai.Benchmarks.FeatureFlags;

/// <summary>Flags that never change, of several documents.</summary>
internal sealed class OneSetStore(params byte[][] documents) : IFeatureFlagStore, IDisposable
{
    private readonly CancellationTokenSource _never = new();

    public ValueTask<FeatureFlagSet> LoadAsync(CancellationToken cancellationToken)
    {
        var compiler = new FlagCompiler(new FlagEnvironment(TimeProvider.System));
        return new(new FeatureFlagSet(documents.SelectMany(d => SampleFlags.Load(d, compiler).Flags).Select(f => f.Definition)));
    }

    public IChangeToken GetChangeToken() => new CancellationChangeToken(_never.Token);

    public void Dispose() => _never.Dispose();
}
