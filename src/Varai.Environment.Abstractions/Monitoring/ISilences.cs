namespace Varai.Monitoring;

/// <summary>Keeps alerts from being told for a time.</summary>
/// <remarks>A singleton, registered by <c>AddAlertNotifications</c>; safe from any thread, on any node. A call returns when what is wanted is
/// kept; the node that sends obeys from its next look on, mostly within milliseconds. Every call is in the audit
/// (<see cref="IAlertNotifications.ReadAuditAsync"/>).</remarks>
public interface ISilences
{
    /// <summary>Adds a silence.</summary>
    /// <param name="matchers">What the alerts' labels are like, all of these; at least one that does not match the empty text.</param>
    /// <param name="endsAt">When it ends.</param>
    /// <param name="author">Who wants it.</param>
    /// <param name="reason">Why.</param>
    /// <param name="startsAt">When it starts; <see langword="null"/> for now.</param>
    /// <param name="cancellationToken">Cancels before it is kept, not after.</param>
    /// <returns>The silence.</returns>
    /// <exception cref="ArgumentException">There is no matcher, each matches the empty text, it ends before it starts or in the past, or
    /// author or reason is empty.</exception>
    /// <exception cref="State.StateException">It can't be kept.</exception>
    Task<AlertSilence> AddAsync(
        IReadOnlyList<LabelMatcher> matchers, DateTimeOffset endsAt, string author, string reason, DateTimeOffset? startsAt = null, CancellationToken cancellationToken = default);

    /// <summary>Ends a silence now. One that has not started yet never will; one that has ended stays as it is.</summary>
    /// <param name="id">The silence's id.</param>
    /// <param name="author">Who ends it.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Cancels before it is kept, not after.</param>
    /// <exception cref="VaraiException">There is no such silence.</exception>
    /// <exception cref="ArgumentException">Id, author or reason is empty.</exception>
    /// <exception cref="State.StateException">It can't be kept.</exception>
    Task ExpireAsync(string id, string author, string reason, CancellationToken cancellationToken = default);

    /// <summary>The silences, also those to come and those that ended within the retention of the history; the last to end first.</summary>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <exception cref="State.StateException">The store can't be read.</exception>
    Task<IReadOnlyList<AlertSilence>> ListAsync(CancellationToken cancellationToken = default);
}
