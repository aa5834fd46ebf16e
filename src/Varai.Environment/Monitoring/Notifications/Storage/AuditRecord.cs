namespace Varai.Monitoring.Notifications.Storage;

/// <summary>An entry of the audit as it is kept.</summary>
internal sealed record AuditRecord(DateTimeOffset At, AlertAuditAction Action, string Target, string Author, string Reason, string? Detail)
{
    public AlertAuditEntry ToEntry() => new(At, Action, Target, Author, Reason, Detail);
}
