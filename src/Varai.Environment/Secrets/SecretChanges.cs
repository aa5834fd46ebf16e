using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Varai.Secrets;

/// <summary>Tells of changes: to the tokens that were handed out and to those who read the stream.</summary>
internal sealed class SecretChanges(ILogger logger)
{
    private readonly SecretChangeTokens _tokens = new(logger);
    private ImmutableArray<SecretWatcher> _watchers = [];
    private volatile bool _isEnded;

    public IChangeToken GetToken(string name) => _tokens.Get(name);

    /// <summary>Whether two readings of a secret are of the same value: a version may be replaced by another one of the same
    /// value, as happens to every file of a mounted folder when one of them changes.</summary>
    public static bool AreSame(Secret one, Secret other) => ReferenceEquals(one.Value, other.Value)
        || (one.Value.IsDisposed() || other.Value.IsDisposed() ? one.Version == other.Version : HaveSameContent(one.Value, other.Value));

    /// <summary>Whether two values are the same; not so when one of them is disposed, at this moment or before.</summary>
    public static bool HaveSameContent(SecretValue one, SecretValue other)
    {
        try
        {
            return one.ContentEquals(other);
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Whether somebody watches the name itself, as opposed to all names.</summary>
    public bool IsWatched(string name)
    {
        if (_tokens.Has(name))
            return true;
        foreach (SecretWatcher watcher in _watchers)
        {
            if (watcher.Name == name)
                return true;
        }

        return false;
    }

    /// <summary>The names that are watched as such.</summary>
    public IEnumerable<string> WatchedNames() => _tokens.Names.Concat(_watchers.Select(watcher => watcher.Name).OfType<string>()).Distinct(StringComparer.Ordinal);

    public SecretWatcher Watch(string? name)
    {
        var watcher = new SecretWatcher(name);
        ImmutableInterlocked.Update(ref _watchers, static (all, added) => all.Add(added), watcher);
        if (_isEnded)
            watcher.Complete();
        return watcher;
    }

    public void Unwatch(SecretWatcher watcher) =>
        ImmutableInterlocked.Update(ref _watchers, static (all, removed) => all.Remove(removed), watcher);

    public void Publish(SecretChange change)
    {
        foreach (SecretWatcher watcher in _watchers)
            watcher.Add(change);
        _tokens.Signal(change.Name);
    }

    /// <summary>Ends every stream.</summary>
    public void End()
    {
        _isEnded = true;
        foreach (SecretWatcher watcher in _watchers)
            watcher.Complete();
    }
}
