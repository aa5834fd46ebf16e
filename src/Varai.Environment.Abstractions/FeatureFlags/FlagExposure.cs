namespace Varai.FeatureFlags;

/// <summary>What a flag gave somebody: one event for experiments and audits.</summary>
public sealed record FlagExposure
{
    /// <summary>When it was evaluated, in UTC.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The flag's name as it is defined.</summary>
    public required string Flag { get; init; }

    /// <summary>Whether the feature was on.</summary>
    public required bool IsEnabled { get; init; }

    /// <summary>The name of the variant assigned; <see langword="null"/> when none was.</summary>
    public string? Variant { get; init; }

    /// <summary>Why.</summary>
    public required FlagReason Reason { get; init; }

    /// <summary>The rule that decided; see <see cref="FlagEvaluation.MatchedRule"/>.</summary>
    public string? MatchedRule { get; init; }

    /// <summary>Whom it was evaluated for; <see langword="null"/> for anonymous and without a context.</summary>
    public string? TargetingKey { get; init; }

    /// <summary>The version of the snapshot it was evaluated against; see <see cref="IFeatureFlags.SnapshotVersion"/>.</summary>
    public required long SnapshotVersion { get; init; }

    /// <summary>What the flag's definition says in <c>telemetry.metadata</c>.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<KeyValuePair<string, string>> Metadata { get; init; } = [];

    /// <summary>How many earlier exposures this reader has lost since the one it read before, because it was too slow.</summary>
    /// <value>Default: 0.</value>
    public long LostBefore { get; init; }

    /// <summary>What the flag gave and why, without the targeting key: it may go into a log.</summary>
    public override string ToString() =>
        $"{Flag} is {(IsEnabled ? "on" : "off")}{(Variant is null ? "" : $", variant {Variant}")} ({Reason})";
}
