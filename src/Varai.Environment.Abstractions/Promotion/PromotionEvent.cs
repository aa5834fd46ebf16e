using System.Globalization;
using Varai.Data;

namespace Varai.Promotion;

/// <summary>One entry of the audit, and what observers and progress are told.</summary>
public sealed record PromotionEvent
{
    /// <summary>Its number in the audit, from 1 without gaps.</summary>
    public long Number { get; init; }

    /// <summary>What happened.</summary>
    public required PromotionEventKind Kind { get; init; }

    /// <summary>When, in UTC.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Who brought it about.</summary>
    public required string Author { get; init; }

    /// <summary>Why, or what was found.</summary>
    public required string Reason { get; init; }

    /// <summary>The environment it is about; <see langword="null"/> for the whole pipeline.</summary>
    public string? Target { get; init; }

    /// <summary>Where the values come from.</summary>
    public string? Source { get; init; }

    /// <summary>The promotion, where there is one.</summary>
    public string? RecordId { get; init; }

    /// <summary>The plan, where there is one.</summary>
    public string? PlanHash { get; init; }

    /// <summary>How long it took since the promotion began.</summary>
    public TimeSpan? Elapsed { get; init; }

    /// <summary>What the gates said, when it began or was refused.</summary>
    public IReadOnlyList<PromotionGateResult> Gates { get; init; } = [];

    /// <summary>Who had agreed.</summary>
    public IReadOnlyList<PromotionApproval> Approvals { get; init; } = [];

    /// <summary>What was moved, when a data migration has succeeded.</summary>
    public DataMigrationReport? Data { get; init; }

    /// <summary>Writes it in one line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Number} {Time:u} {Kind}{(Target is null ? "" : $" {Target}")} by {Author}: {Reason}");
}
