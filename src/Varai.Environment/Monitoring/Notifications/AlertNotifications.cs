using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Varai.Monitoring.Notifications.Dispatching;
using Varai.Monitoring.Notifications.Storage;

namespace Varai.Monitoring.Notifications;

/// <summary>Shows what is going on, and takes down for the node that sends what people do about it.</summary>
internal sealed class AlertNotifications(
    NotificationStore store, InboxWriter inbox, NotificationView view, ILogger<AlertNotifications> logger) : IAlertNotifications
{
    private readonly GuardedLogger _logger = new(logger);

    public async Task<IReadOnlyList<AlertGroup>> ListGroupsAsync(CancellationToken cancellationToken = default)
    {
        (DispatchMachine machine, Instant at) = await view.ReadAsync(cancellationToken).ConfigureAwait(false);
        return new AlertExplainer(machine, at).Groups();
    }

    public Task<int> AcknowledgeAsync(string alertOrGroup, string author, string reason, TimeSpan? duration = null, CancellationToken cancellationToken = default)
    {
        if (duration <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(duration), duration, "An acknowledgement holds for some time.");
        return ActAsync(AlertAuditAction.Acknowledge, alertOrGroup, author, reason, fingerprints => new InboxEntry
        {
            Ack = new AckCommand(fingerprints, author, reason, duration),
        }, duration is { } time ? $"for {time}" : null, cancellationToken);
    }

    public Task<int> ResolveAsync(string alertOrGroup, string author, string reason, CancellationToken cancellationToken = default) =>
        ActAsync(AlertAuditAction.Resolve, alertOrGroup, author, reason, static fingerprints => new InboxEntry { Ended = fingerprints }, detail: null, cancellationToken);

    public async Task<AlertExplanation> ExplainAsync(Alert alert, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(alert);
        AlertCheck.ThrowIfInvalid(alert);
        (DispatchMachine machine, Instant at) = await view.ReadAsync(cancellationToken).ConfigureAwait(false);
        return new AlertExplainer(machine, at).Explain(alert);
    }

    public async Task<AlertFatigueReport> GetFatigueReportAsync(DateOnly from, DateOnly to, CancellationToken cancellationToken = default)
    {
        if (to < from)
            throw new ArgumentException($"The last day, {to:yyyy-MM-dd}, is before the first, {from:yyyy-MM-dd}.", nameof(to));
        (DispatchMachine machine, _) = await view.ReadAsync(cancellationToken).ConfigureAwait(false);
        return FatigueReport.Create(machine.State, from, to);
    }

    public async IAsyncEnumerable<AlertAuditEntry> ReadAuditAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (AuditRecord record in store.ReadAuditAsync(cancellationToken).ConfigureAwait(false))
            yield return record.ToEntry();
    }

    private async Task<int> ActAsync(
        AlertAuditAction action,
        string alertOrGroup,
        string author,
        string reason,
        Func<IReadOnlyList<string>, InboxEntry> create,
        string? detail,
        CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(alertOrGroup);
        ArgumentException.ThrowIfNullOrWhiteSpace(author);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        (DispatchMachine machine, Instant at) = await view.ReadAsync(cancellationToken).ConfigureAwait(false);
        List<string> fingerprints = Find(machine, alertOrGroup, at);
        var audit = new AuditRecord(at.Wall, action, alertOrGroup, author, reason, detail);
        await inbox.AddAsync(create(fingerprints), audit, cancellationToken).ConfigureAwait(false);
        _logger.AlertsActedOn(action, alertOrGroup, author, reason);
        return fingerprints.Count;
    }

    private static List<string> Find(DispatchMachine machine, string alertOrGroup, Instant at)
    {
        IEnumerable<AlertEntry> found = machine.State.Groups.TryGetValue(alertOrGroup, out GroupEntry? group)
            ? machine.Groups.MembersOf(group)
            : machine.State.Alerts.TryGetValue(alertOrGroup, out AlertEntry? alert)
                ? [alert]
                : throw new VaraiException($"There is no alert with the fingerprint '{alertOrGroup}', nor a group with this key.");
        List<string> firing = [.. found.Where(a => machine.Flaps.CountsAsFiring(a, at.Now)).Select(a => a.Fingerprint)];
        return firing.Count > 0 ? firing : throw new VaraiException($"Nothing of '{alertOrGroup}' fires any more.");
    }
}
