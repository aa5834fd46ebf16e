namespace Varai.Monitoring;

/// <summary>What somebody did about alerts.</summary>
/// <param name="At">When, in UTC.</param>
/// <param name="Action">What.</param>
/// <param name="Target">The alert's fingerprint, the group's key or the silence's id.</param>
/// <param name="Author">Who.</param>
/// <param name="Reason">Why.</param>
/// <param name="Detail">What more there is to say, such as the matchers of a silence; <see langword="null"/> for nothing.</param>
public sealed record AlertAuditEntry(DateTimeOffset At, AlertAuditAction Action, string Target, string Author, string Reason, string? Detail);
