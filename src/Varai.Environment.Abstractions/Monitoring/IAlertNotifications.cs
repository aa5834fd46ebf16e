namespace Varai.Monitoring;

/// <summary>What is going on with alerts, and what people do about them.</summary>
/// <remarks>A singleton, registered by <c>AddAlertNotifications</c>; safe from any thread, on any node. A call that changes something returns
/// when that is kept; the node that sends obeys from its next look on, mostly within milliseconds. A call that reads sees what was kept before
/// it, whichever node kept it. Where an alert or a group is named, the alert's <see cref="Alert.Fingerprint"/> or the group's
/// <see cref="AlertGroup.Key"/> is meant.</remarks>
/// <exception cref="State.StateException">The state store can't be read or written.</exception>
public interface IAlertNotifications
{
    /// <summary>The groups of alerts there are, by receiver and key.</summary>
    /// <param name="cancellationToken">Cancels the read.</param>
    Task<IReadOnlyList<AlertGroup>> ListGroupsAsync(CancellationToken cancellationToken = default);

    /// <summary>Says that somebody takes care: ends the escalation, and what fires is not repeated. New alerts of a group, and ends, are told all
    /// the same. It holds until the alert ends.</summary>
    /// <param name="alertOrGroup">The alert, or the group, all of whose firing alerts are meant.</param>
    /// <param name="author">Who takes care.</param>
    /// <param name="reason">What is done.</param>
    /// <param name="duration">How long it holds; escalation begins anew after that. <see langword="null"/>: until the alert ends.</param>
    /// <param name="cancellationToken">Cancels before it is kept, not after.</param>
    /// <returns>How many alerts are acknowledged by it.</returns>
    /// <exception cref="VaraiException">There is no such alert or group, or nothing of it fires.</exception>
    /// <exception cref="ArgumentException">A text is empty, or the duration is not positive.</exception>
    Task<int> AcknowledgeAsync(string alertOrGroup, string author, string reason, TimeSpan? duration = null, CancellationToken cancellationToken = default);

    /// <summary>Ends alerts by hand, as though whoever raised them had. What their senders go on to tell of the same occurrence, one that began
    /// before, is not heard; one that begins later is new.</summary>
    /// <param name="alertOrGroup">The alert, or the group, all of whose firing alerts are meant.</param>
    /// <param name="author">Who ends it.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Cancels before it is kept, not after.</param>
    /// <returns>How many alerts are ended by it.</returns>
    /// <exception cref="VaraiException">There is no such alert or group, or nothing of it fires.</exception>
    /// <exception cref="ArgumentException">A text is empty.</exception>
    Task<int> ResolveAsync(string alertOrGroup, string author, string reason, CancellationToken cancellationToken = default);

    /// <summary>Which ways an alert takes, and why it is told or not, as things stand. The alert need not be there.</summary>
    /// <param name="alert">The alert.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <exception cref="ArgumentException">The alert has no labels, or ends before it starts.</exception>
    Task<AlertExplanation> ExplainAsync(Alert alert, CancellationToken cancellationToken = default);

    /// <summary>Which rules tire people.</summary>
    /// <param name="from">The first day, in UTC.</param>
    /// <param name="to">The last day, in UTC.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>What was counted on these days as far as it is kept.</returns>
    /// <exception cref="ArgumentException">The last day is before the first.</exception>
    Task<AlertFatigueReport> GetFatigueReportAsync(DateOnly from, DateOnly to, CancellationToken cancellationToken = default);

    /// <summary>What people did, the latest first.</summary>
    /// <param name="cancellationToken">Cancels the read.</param>
    IAsyncEnumerable<AlertAuditEntry> ReadAuditAsync(CancellationToken cancellationToken = default);
}
