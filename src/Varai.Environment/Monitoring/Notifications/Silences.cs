using Microsoft.Extensions.Logging;
using Varai.Monitoring.Notifications.Dispatching;
using Varai.Monitoring.Notifications.Storage;

namespace Varai.Monitoring.Notifications;

/// <summary>Takes down silences for the node that sends.</summary>
internal sealed class Silences(InboxWriter inbox, NotificationView view, TimeProvider time, ILogger<Silences> logger) : ISilences
{
    private readonly GuardedLogger _logger = new(logger);

    public async Task<AlertSilence> AddAsync(
        IReadOnlyList<LabelMatcher> matchers, DateTimeOffset endsAt, string author, string reason, DateTimeOffset? startsAt = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(matchers);
        ArgumentException.ThrowIfNullOrWhiteSpace(author);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        DateTimeOffset now = time.GetUtcNow();
        DateTimeOffset start = startsAt > now ? startsAt.Value : now;
        if (matchers.All(m => m.Matches("")))
            throw new ArgumentException("A silence needs a matcher that does not match the empty text; otherwise it would silence everything.", nameof(matchers));
        if (endsAt <= start)
            throw new ArgumentException($"The silence ends at {endsAt:u}, but it would start at {start:u}.", nameof(endsAt));
        var silence = new SilenceEntry
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            Matchers = [.. matchers.Select(m => new MatcherEntry(m.Label, m.Comparison, m.Value))],
            StartsAt = start,
            EndsAt = endsAt,
            CreatedAt = now,
            Author = author,
            Reason = reason,
        };
        var audit = new AuditRecord(
            now, AlertAuditAction.Silence, silence.Id, author, reason, $"{string.Join(", ", matchers.Select(m => m.ToString()))} until {endsAt:u}");
        await inbox.AddAsync(new InboxEntry { Silence = silence }, audit, cancellationToken).ConfigureAwait(false);
        _logger.AlertsActedOn(AlertAuditAction.Silence, silence.Id, author, reason);
        return Show(silence);
    }

    public async Task ExpireAsync(string id, string author, string reason, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        ArgumentException.ThrowIfNullOrWhiteSpace(author);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        (DispatchMachine machine, Instant at) = await view.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (!machine.State.Silences.TryGetValue(id, out SilenceEntry? silence))
            throw new VaraiException($"There is no silence '{id}'.");
        if (silence.EndsAt <= at.Wall)
            return;
        var audit = new AuditRecord(at.Wall, AlertAuditAction.ExpireSilence, id, author, reason, Detail: null);
        await inbox.AddAsync(new InboxEntry { Expired = id }, audit, cancellationToken).ConfigureAwait(false);
        _logger.AlertsActedOn(AlertAuditAction.ExpireSilence, id, author, reason);
    }

    public async Task<IReadOnlyList<AlertSilence>> ListAsync(CancellationToken cancellationToken = default)
    {
        (DispatchMachine machine, _) = await view.ReadAsync(cancellationToken).ConfigureAwait(false);
        return [.. machine.State.Silences.Values.OrderByDescending(s => s.EndsAt).ThenBy(s => s.Id, StringComparer.Ordinal).Select(Show)];
    }

    private static AlertSilence Show(SilenceEntry silence) => new()
    {
        Id = silence.Id,
        Matchers = silence.Compiled,
        StartsAt = silence.StartsAt,
        EndsAt = silence.EndsAt,
        CreatedAt = silence.CreatedAt,
        Author = silence.Author,
        Reason = silence.Reason,
    };
}
