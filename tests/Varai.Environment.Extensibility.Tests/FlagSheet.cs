using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;
using Varai.FeatureFlags;

namespace Contoso.Extensions;

/// <summary>A feature-flag store written outside Varai: one line of text for each feature that is on, or off with a '-'.</summary>
internal sealed class FlagSheet : IFeatureFlagStore
{
    private ConfigurationReloadToken _token = new();
    private volatile string _text = "";

    public string Text
    {
        get => _text;
        set
        {
            _text = value;
            Interlocked.Exchange(ref _token, new ConfigurationReloadToken()).OnReload();
        }
    }

    public ValueTask<FeatureFlagSet> LoadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(new FeatureFlagSet(_text
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => new FeatureFlagDefinition(line.TrimStart('-'), enabled: line[0] != '-'))));
    }

    public IChangeToken GetChangeToken() => _token;
}
