namespace Varai.Monitoring.Channels;

/// <summary>Who has got a notification that goes to several one by one, so that a second attempt goes only to the others. Remembers the last notifications only.</summary>
internal sealed class RecipientProgress
{
    private const int Remembered = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, HashSet<string>> _done = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    /// <summary>Sends to each who has not got it. Trouble with one keeps nobody else from getting it.</summary>
    /// <exception cref="AlertChannelException">Somebody has not got it: the first trouble that may go away, or else the first.</exception>
    public async Task SendAsync(string id, IEnumerable<string> recipients, Func<string, CancellationToken, Task> send, CancellationToken cancellationToken)
    {
        AlertChannelException? trouble = null;
        foreach (string recipient in recipients)
        {
            if (IsDone(id, recipient))
                continue;
            try
            {
                await send(recipient, cancellationToken).ConfigureAwait(false);
                Done(id, recipient);
            }
            catch (AlertChannelException e)
            {
                trouble = trouble is null || (!trouble.IsTransient && e.IsTransient) ? e : trouble;
                if (e.RetryAfter is not null)
                    break;
            }
        }

        if (trouble is not null)
            throw trouble;
    }

    public int CountLeft(string id, IReadOnlyCollection<string> recipients)
    {
        lock (_lock)
            return recipients.Count - (_done.TryGetValue(id, out HashSet<string>? done) ? recipients.Count(done.Contains) : 0);
    }

    private bool IsDone(string id, string recipient)
    {
        lock (_lock)
            return _done.TryGetValue(id, out HashSet<string>? done) && done.Contains(recipient);
    }

    private void Done(string id, string recipient)
    {
        lock (_lock)
        {
            if (!_done.TryGetValue(id, out HashSet<string>? done))
            {
                _done.Add(id, done = new HashSet<string>(StringComparer.Ordinal));
                _order.Enqueue(id);
                if (_order.Count > Remembered)
                    _done.Remove(_order.Dequeue());
            }

            done.Add(recipient);
        }
    }
}
