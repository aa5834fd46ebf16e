namespace Varai.FeatureFlags.Editing;

/// <summary>The set that the present snapshot was made from.</summary>
internal interface IFlagSetSource
{
    /// <summary>The set; it is replaced before the snapshot's token fires.</summary>
    FeatureFlagSet Current { get; }

    /// <summary>Reads the store once more; ends when that has succeeded or failed.</summary>
    /// <param name="cancellationToken">Ends the waiting, not the reading.</param>
    Task ReloadAsync(CancellationToken cancellationToken);
}
