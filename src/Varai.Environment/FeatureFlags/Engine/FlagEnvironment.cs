using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Varai.FeatureFlags.Engine;

/// <summary>What the flags of every snapshot share: the clock, the ambient context, the filters of the service.</summary>
internal sealed class FlagEnvironment
{
    private readonly LogOnce _failures = new();
    private readonly IFeatureFilter[] _filters;
    private readonly ILogger<FlagEnvironment> _logger;

    public FlagEnvironment(
        TimeProvider time, IFlagContextAccessor? contexts = null, IEnumerable<IFeatureFilter>? filters = null, ILogger<FlagEnvironment>? logger = null)
    {
        Time = time;
        Contexts = contexts ?? new AmbientFlagContext();
        _filters = [.. filters ?? []];
        _logger = logger ?? NullLogger<FlagEnvironment>.Instance;
    }

    public TimeProvider Time { get; }

    public IFlagContextAccessor Contexts { get; }

    public IEnumerable<string> FilterNames => [.. Engine.FilterNames.BuiltIn, .. _filters.Select(f => f.Name)];

    public IFeatureFilter? FindFilter(string name) => Array.Find(_filters, filter => Engine.FilterNames.Is(filter.Name, name));

    public void OnFilterFailure(string flag, string filter, Exception error)
    {
        if (_failures.IsFirst($"{flag}:{filter}"))
            _logger.FeatureFilterFailed(error, filter, flag);
    }
}
