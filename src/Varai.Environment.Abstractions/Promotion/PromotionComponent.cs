namespace Varai.Promotion;

/// <summary>What a plan does to one component.</summary>
public sealed record PromotionComponent
{
    /// <summary>The component's name, such as <c>feature_flags</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The id, in the target's snapshots, of what was last promoted; <see langword="null"/> for a first promotion.</summary>
    public string? BaseHash { get; init; }

    /// <summary>The id of what comes in: that of <see cref="BaseHash"/> where the source has not changed since; <see langword="null"/> when the source does not have the component.</summary>
    public string? SourceHash { get; init; }

    /// <summary>The id of what the target has: that of <see cref="BaseHash"/> where the target has not changed since; <see langword="null"/> when it does not have the component.</summary>
    public string? TargetHash { get; init; }

    /// <summary>What changes in the target, in the order of the keys.</summary>
    public IReadOnlyList<PromotionChange> Changes { get; init; } = [];

    /// <summary>What both sides have changed.</summary>
    public IReadOnlyList<PromotionConflict> Conflicts { get; init; } = [];

    /// <summary>What differs and stays the target's own.</summary>
    public IReadOnlyList<PromotionKeptKey> Kept { get; init; } = [];
}
