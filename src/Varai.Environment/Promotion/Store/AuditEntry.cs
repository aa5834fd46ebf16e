namespace Varai.Promotion.Store;

/// <summary>What an entry of the audit covers with its hash.</summary>
internal sealed record AuditEntry(string? Previous, PromotionEvent Event);
