namespace Varai.Promotion.Running;

/// <summary>What happened to a record, as the audit and the record itself have it.</summary>
internal static class RunEvent
{
    /// <summary>The entry for the audit.</summary>
    public static PromotionEvent Of(PromotionRecord record, PromotionEventKind kind, string what, DateTimeOffset now)
    {
        bool begins = kind == PromotionEventKind.Started;
        return new PromotionEvent
        {
            Kind = kind,
            Time = now,
            Author = record.Plan.Author,
            Reason = what,
            Target = record.Plan.Target,
            Source = record.Plan.Source,
            RecordId = record.Id,
            PlanHash = record.Plan.Hash,
            Elapsed = now - record.StartedAt,
            Gates = begins ? record.Gates : [],
            Approvals = begins ? record.Approvals : [],
        };
    }

    /// <summary>The events of a record and one more, without what stands in the record itself.</summary>
    public static IReadOnlyList<PromotionEvent> Append(PromotionRecord record, PromotionEvent happened) =>
        [.. record.Events, happened with { Gates = [], Approvals = [], Data = null }];
}
