namespace Varai.Monitoring.Channels;

/// <summary>Who has got a notification that goes to several one by one, and whom it was refused for; a second attempt goes only to the others.
/// Remembers the last notifications only.</summary>
internal sealed class RecipientProgress
{
    private const int Remembered = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Progress> _known = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    /// <summary>Sends to each who has not got it. Trouble with one keeps nobody else from getting it.</summary>
    /// <returns>For whom it was refused for good now that others have got it: telling all of them again would help nobody.</returns>
    /// <exception cref="AlertChannelException">Trying again may help somebody, or nobody has got it: the first trouble that may go away, or else the first.</exception>
    public async Task<IReadOnlyList<AlertChannelException>> SendAsync(
        string id, IEnumerable<string> recipients, Func<string, CancellationToken, Task> send, CancellationToken cancellationToken)
    {
        AlertChannelException? trouble = null;
        foreach (string recipient in recipients)
        {
            if (IsOver(id, recipient))
                continue;
            try
            {
                await send(recipient, cancellationToken).ConfigureAwait(false);
                Change(id, p => p.Accepted.Add(recipient));
            }
            catch (AlertChannelException e) when (e.IsTransient)
            {
                trouble ??= e;
                if (e.RetryAfter is not null)
                    break;
            }
            catch (AlertChannelException e)
            {
                Change(id, p => p.Refused[recipient] = e);
            }
        }

        return trouble is null ? TakeRefused(id) : throw trouble;
    }

    public int CountLeft(string id, IReadOnlyCollection<string> recipients)
    {
        lock (_lock)
            return recipients.Count - (_known.TryGetValue(id, out Progress? progress) ? recipients.Count(progress.IsOver) : 0);
    }

    private bool IsOver(string id, string recipient)
    {
        lock (_lock)
            return _known.TryGetValue(id, out Progress? progress) && progress.IsOver(recipient);
    }

    private List<AlertChannelException> TakeRefused(string id)
    {
        lock (_lock)
        {
            if (!_known.TryGetValue(id, out Progress? progress))
                return [];
            List<AlertChannelException> refused = [.. progress.Refused.Where(r => !progress.Told.Contains(r.Key)).Select(r => r.Value)];
            if (progress.Accepted.Count == 0 && refused.Count > 0)
            {
                // Whoever tries again wants all of them to be tried.
                progress.Refused.Clear();
                throw refused[0];
            }

            progress.Told.UnionWith(progress.Refused.Keys);
            return refused;
        }
    }

    private void Change(string id, Action<Progress> change)
    {
        lock (_lock)
        {
            if (!_known.TryGetValue(id, out Progress? progress))
            {
                _known.Add(id, progress = new Progress());
                _order.Enqueue(id);
                if (_order.Count > Remembered)
                    _known.Remove(_order.Dequeue());
            }

            change(progress);
        }
    }

    private sealed class Progress
    {
        public HashSet<string> Accepted { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, AlertChannelException> Refused { get; } = new(StringComparer.Ordinal);

        /// <summary>Those of the refused that somebody was told of.</summary>
        public HashSet<string> Told { get; } = new(StringComparer.Ordinal);

        public bool IsOver(string recipient) => Accepted.Contains(recipient) || Refused.ContainsKey(recipient);
    }
}
