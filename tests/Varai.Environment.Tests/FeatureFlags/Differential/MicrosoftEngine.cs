using System.Text;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Configuration;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;

namespace Varai.Tests.FeatureFlags.Differential;

/// <summary>Microsoft.FeatureManagement over a JSON text: its own parser, filters and managers, and a clock of ours.</summary>
internal sealed class MicrosoftEngine : IDisposable
{
    private readonly MemoryCache _cache = new(new MemoryCacheOptions());
    private readonly ConfigurationFeatureDefinitionProvider _definitions;
    private readonly SettableAccessor _accessor = new();
    private readonly FeatureManager _bare;
    private readonly FeatureManager _ambient;

    /// <summary>Reads the text.</summary>
    /// <param name="json">The document.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cachesWindows">Whether its time windows remember the next occurrence, as they do under its own registration; the
    /// clock must not go back then.</param>
    /// <param name="ignoresCase">Whether users and groups are compared whatever their case.</param>
    public MicrosoftEngine(string json, TimeProvider time, bool cachesWindows = false, bool ignoresCase = false)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(json));
        Configuration = new ConfigurationBuilder().AddJsonStream(stream).Build();
        _definitions = new ConfigurationFeatureDefinitionProvider(Configuration);
        var options = new TargetingEvaluationOptions { IgnoreCase = ignoresCase };
        var wrapped = Microsoft.Extensions.Options.Options.Create(options);
        var window = new TimeWindowFilter { SystemClock = time, Cache = cachesWindows ? _cache : null };
        var contextual = new ContextualTargetingFilter(wrapped);
        _bare = new FeatureManager(_definitions) { FeatureFilters = [contextual, window], Cache = _cache, AssignerOptions = options };
        _ambient = new FeatureManager(_definitions)
        {
            FeatureFilters = [contextual, new TargetingFilter(_accessor, wrapped), window],
            Cache = _cache,
            TargetingContextAccessor = _accessor,
            AssignerOptions = options,
        };
    }

    /// <summary>What its parser reads.</summary>
    public IConfigurationRoot Configuration { get; }

    public ValueTask<bool> IsEnabledAsync(string flag, TargetingContext context) => _bare.IsEnabledAsync(flag, context, CancellationToken.None);

    public ValueTask<Variant?> GetVariantAsync(string flag, TargetingContext context) => _bare.GetVariantAsync(flag, context)!;

    /// <summary>Without a context, and with nobody to ask for one.</summary>
    public ValueTask<bool> IsEnabledAsync(string flag) => _bare.IsEnabledAsync(flag, CancellationToken.None);

    /// <summary>Without a context, and with nobody to ask for one.</summary>
    public ValueTask<Variant?> GetVariantAsync(string flag) => _bare.GetVariantAsync(flag)!;

    /// <summary>With what an accessor says, which may be no context.</summary>
    public ValueTask<bool> IsEnabledAmbientAsync(string flag, TargetingContext? context)
    {
        _accessor.Context = context;
        return _ambient.IsEnabledAsync(flag, CancellationToken.None);
    }

    /// <summary>With what an accessor says, which may be no context.</summary>
    public ValueTask<Variant?> GetVariantAmbientAsync(string flag, TargetingContext? context)
    {
        _accessor.Context = context;
        return _ambient.GetVariantAsync(flag)!;
    }

    public void Dispose()
    {
        _definitions.Dispose();
        _cache.Dispose();
        (Configuration as IDisposable)?.Dispose();
    }

    private sealed class SettableAccessor : ITargetingContextAccessor
    {
        public TargetingContext? Context { get; set; }

        public ValueTask<TargetingContext> GetContextAsync() => ValueTask.FromResult(Context!);
    }
}
