namespace Varai.FeatureFlags.Rollouts;

/// <summary>The rollouts that have not ended. It changes together with them, so that a flag can't get a second one.</summary>
internal sealed record RolloutIndex
{
    public int Format { get; init; } = RolloutDocument.CurrentFormat;

    public IReadOnlyList<RolloutIndexEntry> Active { get; init; } = [];
}
