using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Varai.Secrets;

/// <summary>The change tokens handed out, one source per name.</summary>
internal sealed class SecretChangeTokens(ILogger logger)
{
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _sources = new();

    public IChangeToken Get(string name) =>
        new CancellationChangeToken(_sources.GetOrAdd(name, static _ => new CancellationTokenSource()).Token);

    public IEnumerable<string> Names => _sources.Select(source => source.Key);

    public bool Has(string name) => _sources.ContainsKey(name);

    public void Signal(string name)
    {
        if (!_sources.TryRemove(name, out CancellationTokenSource? source))
            return;

        try
        {
            // A token that was handed out a moment ago still runs the callback it is given: its source is cancelled.
            using (source)
                source.Cancel();
        }
        catch (AggregateException e)
        {
            // A callback's message may hold the value it has just read, so only its type is logged.
            foreach (Exception inner in e.Flatten().InnerExceptions)
                logger.SecretCallbackFailed(name, inner.GetType().Name);
        }
    }
}
