using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Varai.Diagnostics;
using Varai.FeatureFlags.Evaluation;

namespace Varai.FeatureFlags.Exposures;

/// <summary>Counts what flags give, and tells who listens what they gave whom.</summary>
internal sealed class FlagExposures : IFlagExposures, IDisposable
{
    private readonly FeatureFlagOptions _options;
    private readonly string _environment;
    private readonly TimeProvider _time;
    private readonly ExposureSampler _sampler;
    private readonly Counter<long>? _evaluations;
    private readonly Counter<long>? _losses;
    private readonly Lock _lock = new();
    private volatile ExposureReader[] _readers = [];
    private bool _isDisposed;
    private long _lost;

    /// <param name="options">Whom to tell of, how much and how often.</param>
    /// <param name="environment">The environment's name.</param>
    /// <param name="time">The clock.</param>
    /// <param name="meters">The host's; null to count nothing.</param>
    public FlagExposures(FeatureFlagOptions options, string environment, TimeProvider time, IMeterFactory? meters)
    {
        _options = options;
        _environment = environment;
        _time = time;
        _sampler = new ExposureSampler(options.ExposureSampleRate);
        if (meters is null)
            return;
        Meter meter = meters.Create(VaraiDiagnostics.Name);
        _evaluations = meter.CreateCounter<long>(
            "varai.feature_flag.evaluations", "{evaluation}",
            "Evaluations of defined feature flags (feature_flag.key, feature_flag.result.variant, feature_flag.result.reason).");
        _losses = meter.CreateCounter<long>(
            "varai.feature_flag.exposures.lost", "{exposure}", "Exposures that a reader of the stream lost because it was too slow.");
    }

    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Whether every evaluation is to be counted. Read by every evaluation.</summary>
    public bool IsCounting
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _evaluations is { Enabled: true };
    }

    /// <summary>Whether anybody listens to the flags that are told of. Read by every evaluation of one of them.</summary>
    public bool IsTelling => _readers.Length > 0 || Activity.Current is { IsAllDataRequested: true };

    /// <summary>Whether a flag is one that is told of.</summary>
    public bool Tells(CompiledFlag flag) => flag.Telemetry is not null || _options.ExposeAllFlags;

    public void Count(CompiledFlag flag, in FlagOutcome outcome) => _evaluations?.Add(1, Of(flag).TagsOf(in outcome));

    public void Tell(FeatureFlagSnapshot snapshot, CompiledFlag flag, in FlagOutcome outcome, FlagContext? context)
    {
        ExposedFlag exposed = Of(flag);
        string? targetingKey = context?.TargetingKey;
        if (!_sampler.Takes(exposed, targetingKey))
            return;
        if (Activity.Current is { IsAllDataRequested: true } activity)
            ActivityExposures.Tell(activity, _environment, snapshot, flag, in outcome, targetingKey);
        FlagExposure? exposure = null;
        foreach (ExposureReader reader in _readers)
        {
            if (reader.Memory.IsFirst(exposed, ExposedFlag.VariantOf(in outcome), targetingKey))
                reader.Offer(exposure ??= Describe(snapshot, flag, in outcome, targetingKey));
        }
    }

    public async IAsyncEnumerable<FlagExposure> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var reader = new ExposureReader(_options, _time, OnLost);
        Add(reader);
        try
        {
            await foreach (FlagExposure exposure in reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return reader.TakeLost() is > 0 and long lost ? exposure with { LostBefore = lost } : exposure;
        }
        finally
        {
            Remove(reader);
        }
    }

    public void Dispose()
    {
        ExposureReader[] readers;
        lock (_lock)
        {
            _isDisposed = true;
            readers = _readers;
            _readers = [];
        }

        foreach (ExposureReader reader in readers)
            reader.Complete();
    }

    private static ExposedFlag Of(CompiledFlag flag) => flag.Exposed ??= new ExposedFlag(flag);

    private FlagExposure Describe(FeatureFlagSnapshot snapshot, CompiledFlag flag, in FlagOutcome outcome, string? targetingKey) => new()
    {
        Time = _time.GetUtcNow(),
        Flag = flag.Name,
        IsEnabled = outcome.IsEnabled,
        Variant = outcome.Variant?.Name,
        Reason = outcome.Reason,
        MatchedRule = outcome.Rule,
        TargetingKey = targetingKey,
        SnapshotVersion = snapshot.Version,
        Metadata = flag.Telemetry?.Metadata ?? [],
    };

    private void OnLost()
    {
        Interlocked.Increment(ref _lost);
        _losses?.Add(1);
    }

    private void Add(ExposureReader reader)
    {
        bool isDisposed;
        lock (_lock)
        {
            isDisposed = _isDisposed;
            if (!isDisposed)
                _readers = [.. _readers, reader];
        }

        if (isDisposed)
            reader.Complete();
    }

    private void Remove(ExposureReader reader)
    {
        lock (_lock)
            _readers = [.. _readers.Where(r => r != reader)];
    }
}
