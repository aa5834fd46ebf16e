namespace Varai.FeatureFlags;

/// <summary>How evaluations of feature flags are told of and counted, and how declarations are checked; bound from the section
/// <c>Varai:FeatureFlags</c> and checked when the host starts.</summary>
public sealed class FeatureFlagOptions
{
    /// <summary>The section they are bound from.</summary>
    public const string SectionName = "Varai:FeatureFlags";

    /// <summary>The share of people whose exposures are told. It is decided by a hash of flag and targeting key, so that for one
    /// flag the same person is always told of or never; evaluations without a targeting key are taken one by one.</summary>
    /// <value>From 0 (nobody) to 1 (everybody). Default: 1.</value>
    public double ExposureSampleRate { get; set; } = 1;

    /// <summary>How long the same flag, variant and targeting key are not told again to a reader of
    /// <see cref="IFlagExposures.ReadAllAsync"/>. Each reader remembers up to 10,000 of them; when there are more, the oldest are
    /// forgotten and may be told again sooner.</summary>
    /// <value>0 (each is told) to 1 day. Default: 10 minutes.</value>
    public TimeSpan ExposureDeduplicationWindow { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How many exposures wait for a reader of <see cref="IFlagExposures.ReadAllAsync"/> before it loses the oldest.</summary>
    /// <value>1 to 1,000,000. Default: 1,000.</value>
    public int ExposureBufferSize { get; set; } = 1000;

    /// <summary>Whether every flag is told of, not only those with <c>"telemetry": { "enabled": true }</c>.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool ExposeAllFlags { get; set; }

    /// <summary>How often <c>AddFeatureFlagUsage</c> writes down what it saw.</summary>
    /// <value>1 minute to 1 day. Default: 15 minutes.</value>
    public TimeSpan UsageFlushInterval { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>What happens at start when <c>AddFlags</c> was given a flag that no environment defines.</summary>
    /// <value>Default: <see cref="UndefinedFlagAction.Warn"/>.</value>
    public UndefinedFlagAction UndefinedFlags { get; set; }
}
