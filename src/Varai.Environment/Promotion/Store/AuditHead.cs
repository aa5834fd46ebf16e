namespace Varai.Promotion.Store;

/// <summary>The newest entry of the audit.</summary>
internal sealed record AuditHead(long Number, string Hash);
