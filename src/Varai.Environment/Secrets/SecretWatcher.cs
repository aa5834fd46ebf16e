using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Varai.Secrets;

/// <summary>What one reader of <see cref="ISecretStore.WatchAsync"/> has still to get. A reader that is slow gets the changes of a
/// name as one, so that what waits is bounded by the number of names and the latest version is never lost.</summary>
internal sealed class SecretWatcher(string? name)
{
    private readonly Lock _gate = new();
    private readonly Queue<string> _order = [];
    private readonly Dictionary<string, SecretChange> _waiting = new(StringComparer.Ordinal);

    // Holds at most the one note that something waits.
    private readonly Channel<bool> _bell = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>The name that is watched; null for all.</summary>
    public string? Name => name;

    public void Add(SecretChange change)
    {
        if (name is not null && name != change.Name)
            return;
        lock (_gate)
        {
            if (_waiting.TryGetValue(change.Name, out SecretChange? earlier))
            {
                _waiting[change.Name] = change with { OldVersion = earlier.OldVersion };
            }
            else
            {
                _waiting.Add(change.Name, change);
                _order.Enqueue(change.Name);
            }
        }

        _bell.Writer.TryWrite(true);
    }

    public void Complete() => _bell.Writer.TryComplete();

    public async IAsyncEnumerable<SecretChange> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await _bell.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            _bell.Reader.TryRead(out _);
            while (Take() is { } change)
                yield return change;
        }

        while (Take() is { } change)
            yield return change;
    }

    private SecretChange? Take()
    {
        lock (_gate)
        {
            if (!_order.TryDequeue(out string? first))
                return null;
            _waiting.Remove(first, out SecretChange? change);
            return change;
        }
    }
}
