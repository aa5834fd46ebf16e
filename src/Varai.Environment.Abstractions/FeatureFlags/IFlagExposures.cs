namespace Varai.FeatureFlags;

/// <summary>Tells what flags gave whom, as it happens.</summary>
/// <remarks>
/// A flag is told of when its definition has <c>"telemetry": { "enabled": true }</c>, or every flag with
/// <c>FeatureFlagOptions.ExposeAllFlags</c>. Sampled and deduplicated as <c>FeatureFlagOptions</c> says.
/// <see cref="IFeatureFlags.EvaluateAll"/> and <see cref="IFeatureFlags.Explain"/> are no exposures, nor is a flag that is evaluated
/// because another names it as a prerequisite. A singleton; safe from any thread.
/// </remarks>
public interface IFlagExposures
{
    /// <summary>How many exposures were lost by all readers since the process began, because they were too slow.</summary>
    long Lost { get; }

    /// <summary>Follows the exposures from now on. Ends by its token, or with the host.</summary>
    /// <param name="cancellationToken">Ends the enumeration with <see cref="OperationCanceledException"/>.</param>
    /// <remarks>Each enumeration is a reader of its own, from its first <c>MoveNextAsync</c> until it is disposed. Evaluations never
    /// wait for a reader: one that is slower than they are loses the oldest that it has not read, and
    /// <see cref="FlagExposure.LostBefore"/> of the next one says how many.</remarks>
    IAsyncEnumerable<FlagExposure> ReadAllAsync(CancellationToken cancellationToken = default);
}
