using System.Globalization;
using System.Text;
using Varai.Data;

namespace Varai.Promotion;

/// <summary>What became of a plan.</summary>
public sealed record PromotionRecord
{
    /// <summary>Its id; ids sort by the time they were made.</summary>
    public required string Id { get; init; }

    /// <summary>The plan, as it was carried out.</summary>
    public required PromotionPlan Plan { get; init; }

    /// <summary>Where it stands.</summary>
    public required PromotionState State { get; init; }

    /// <summary>Whether it is over.</summary>
    public bool HasEnded => State is not (PromotionState.Applying or PromotionState.Verifying or PromotionState.RollingBack);

    /// <summary>When it began, in UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it was over, in UTC.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>What happened, in order; the audit has the same with hashes.</summary>
    public IReadOnlyList<PromotionEvent> Events { get; init; } = [];

    /// <summary>What the gates said when it began.</summary>
    public IReadOnlyList<PromotionGateResult> Gates { get; init; } = [];

    /// <summary>Who had agreed.</summary>
    public IReadOnlyList<PromotionApproval> Approvals { get; init; } = [];

    /// <summary>What the checks of the target said.</summary>
    public IReadOnlyList<EnvironmentCheckResult> Checks { get; init; } = [];

    /// <summary>The version of the target's configuration that it made; <see langword="null"/> when it changed nothing.</summary>
    public long? TargetVersion { get; init; }

    /// <summary>The snapshot of the target before.</summary>
    public string? SnapshotBefore { get; init; }

    /// <summary>The snapshot of the target after.</summary>
    public string? SnapshotAfter { get; init; }

    /// <summary>The record of its rollback.</summary>
    public string? RolledBackBy { get; init; }

    /// <summary>For a rollback, the record it takes back.</summary>
    public string? RollbackOf { get; init; }

    /// <summary>For a data migration that succeeded, what was moved.</summary>
    public DataMigrationReport? Data { get; init; }

    /// <summary>Why it failed, was rolled back or needs attention.</summary>
    public string? Failure { get; init; }

    /// <summary>Tells it in words, over several lines.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Plan.Kind} {Id}: {Plan.Source} -> {Plan.Target}, {State}");
        if (Failure is not null)
            text.Append(": ").Append(Failure);
        foreach (PromotionEvent happened in Events)
            text.Append(CultureInfo.InvariantCulture, $"\n  {happened.Time:u} {happened.Kind}: {happened.Reason}");
        return text.ToString();
    }
}
