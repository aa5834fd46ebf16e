using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Varai.Secrets;

/// <summary>The chain of providers behind one cache.</summary>
/// <remarks>A warm read is one dictionary lookup and one comparison of times. Everything else is <see cref="SecretReader"/>'s.</remarks>
internal sealed class SecretStore : ISecretStore, IDisposable
{
    private readonly SecretChain _chain;
    private readonly SecretCache _cache;
    private readonly SecretCacheClock _clock;
    private readonly SecretChanges _changes;
    private readonly SecretFlights _flights;
    private readonly SecretReader _reader;
    private readonly SecretWrites _writes;
    private readonly SecretRefresher _refresher;

    // Null when nobody audits, so that a warm read need not look any further.
    private readonly SecretAuditor? _audit;

    public SecretStore(
        IEnumerable<ISecretProvider> providers,
        IOptions<SecretOptions> options,
        TimeProvider time,
        ILogger<SecretStore> logger,
        IEnumerable<ISecretAuditSink>? sinks = null,
        IHostEnvironment? host = null,
        IMeterFactory? meters = null)
    {
        SecretOptions settings = options.Value;
        ISecretProvider[] chain = [.. providers.Where(LocalSecretServices.TakesPart)];
        _chain = new SecretChain(chain, settings, time, logger, meters);
        _clock = new SecretCacheClock(settings, time);
        _changes = new SecretChanges(logger);
        _cache = new SecretCache(settings.MaxEntries, _changes.IsWatched);
        _flights = new SecretFlights(_cache, _clock, _chain, _changes, settings.RefreshWait, time, logger);
        _refresher = new SecretRefresher(_cache, _clock, _flights, _changes, _chain, chain, time, logger);
        _reader = new SecretReader(_cache, _clock, _flights, _refresher, mayServeStale: settings.MaxStale > TimeSpan.Zero);
        _writes = new SecretWrites(_cache, _clock, _chain, _flights, _changes, time);
        ISecretAuditSink[] audits = [.. sinks ?? []];
        _audit = audits.Length == 0 ? null : new SecretAuditor(audits, host?.ApplicationName, time, logger);
    }

    /// <summary>The providers that fail at present.</summary>
    public IReadOnlyCollection<SecretProviderFailure> FailingProviders => _chain.Health.Failing;

    /// <summary>The names that fail at present, also at providers that don't.</summary>
    public IReadOnlyCollection<SecretNameFailure> FailingNames => _chain.Health.FailingNames;

    /// <summary>The names whose last known value is served because it can't be refreshed.</summary>
    public IReadOnlyList<string> StaleNames
    {
        get
        {
            long now = _clock.Now;
            return [.. _cache.Slots.Where(slot => slot.Address.Field is null && slot.Entry?.IsStale(now) == true)
                .Select(slot => slot.Key).Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>How many audit records were lost because a sink threw.</summary>
    public long LostAuditRecords => _audit?.Lost ?? 0;

    public ValueTask<string> GetSecretAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<string>(cancellationToken);
        return _cache.TryGet(name, out SecretSlot? slot) && TryGetText(slot) is { } text
            ? new ValueTask<string>(text)
            : GetSlowlyAsync(name, cancellationToken);
    }

    public ValueTask<Secret?> FindSecretAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<Secret?>(cancellationToken);
        return _cache.TryGet(name, out SecretSlot? slot) && TryGet(slot) is { } secret
            ? new ValueTask<Secret?>(secret)
            : FindSlowlyAsync(name, cancellationToken);
    }

    public string GetSecret(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _cache.TryGet(name, out SecretSlot? slot) && TryGetText(slot) is { } text ? text : GetSlowly(name);
    }

    public Secret? FindSecret(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _cache.TryGet(name, out SecretSlot? slot) && TryGet(slot) is { } secret ? secret : ReadNow(name).Entry.Secret;
    }

    public ISecretHandle GetHandle(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        SecretAddress.Parse(name);
        return new SecretHandle(this, name);
    }

    public IAsyncEnumerable<SecretInfo> ListSecretsAsync(string? prefix = null, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_flights.IsDisposed, typeof(ISecretStore));
        return ListAsync(prefix, cancellationToken);
    }

    public IAsyncEnumerable<SecretChange> WatchAsync(string? name = null, CancellationToken cancellationToken = default)
    {
        if (name is not null)
            SecretName.ThrowIfInvalid(name);
        ObjectDisposedException.ThrowIf(_flights.IsDisposed, typeof(ISecretStore));
        return WatchFromNowAsync(name, cancellationToken);
    }

    public async ValueTask<string?> SetSecretAsync(string name, SecretValue value, CancellationToken cancellationToken = default)
    {
        SecretName.ThrowIfInvalid(name);
        ArgumentNullException.ThrowIfNull(value);
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_flights.IsDisposed, typeof(ISecretStore));
        try
        {
            Secret written = await _writes.SetAsync(name, value, cancellationToken).ConfigureAwait(false);
            _audit?.Record(name, SecretOperation.Write, SecretOutcome.Done, written.Provider, written.Version);
            return written.Version;
        }
        catch (Exception e)
        {
            // Also a cancelled one: it may have happened.
            _audit?.Failed(name, SecretOperation.Write, e);
            throw;
        }
    }

    public async ValueTask<bool> DeleteSecretAsync(string name, CancellationToken cancellationToken = default)
    {
        SecretName.ThrowIfInvalid(name);
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_flights.IsDisposed, typeof(ISecretStore));
        try
        {
            bool deleted = await _writes.DeleteAsync(name, cancellationToken).ConfigureAwait(false);
            _audit?.Record(name, SecretOperation.Delete, deleted ? SecretOutcome.Done : SecretOutcome.NotFound);
            return deleted;
        }
        catch (Exception e)
        {
            // Also a cancelled one: it may have happened.
            _audit?.Failed(name, SecretOperation.Delete, e);
            throw;
        }
    }

    public void Invalidate(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!SecretAddress.TryParse(name, out SecretAddress? address, out _))
            return;

        lock (_cache.Gate)
        {
            if (address.Version is null)
                _flights.Forget(address.Name);
            else if (_cache.TryGet(SecretReader.WholeOf(name, address), out SecretSlot? slot))
                SecretFlights.Forget(slot);
        }
    }

    public IChangeToken GetChangeToken(string name)
    {
        SecretName.ThrowIfInvalid(name);
        IChangeToken token = _changes.GetToken(name);
        _refresher.Watch(name);
        return token;
    }

    /// <summary>Reads several secrets, with fewer calls than one each where a provider can do that. What can't be read is left for a
    /// read to report.</summary>
    public async Task PrefetchAsync(IEnumerable<string> names, CancellationToken cancellationToken)
    {
        _refresher.Subscribe();
        string[] wanted = [.. names.Select(name => SecretAddress.Parse(name)).Where(address => address.Version is null)
            .Select(address => address.Name).Distinct(StringComparer.Ordinal)];
        if (wanted.Length < 2 || !_chain.CanReadMany)
            return;

        var flights = new Dictionary<string, SecretFlight>(StringComparer.Ordinal);
        foreach (string name in wanted)
        {
            SecretFlight flight = _flights.Prepare(name, SecretAddress.Parse(name), out bool isNew);
            if (isNew)
                flights.Add(name, flight);
        }

        IReadOnlyDictionary<string, SecretBatchAnswer> answers = new Dictionary<string, SecretBatchAnswer>();
        try
        {
            answers = await _chain.ReadManyAsync([.. flights.Keys], cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            foreach ((string name, SecretFlight flight) in flights)
            {
                if (answers.TryGetValue(name, out SecretBatchAnswer answer))
                    _flights.Land(flight, answer.Answer, answer.Error);
                else
                    _ = _flights.FlyAsync(flight);
            }
        }
    }

    /// <summary>Ends when the reads that are under way have ended.</summary>
    internal Task SettleAsync() => Task.WhenAll(_cache.Slots.Select(slot => slot.Flight).OfType<SecretFlight>().Select(flight => flight.Landing));

    /// <summary>The present text of a slot, if it can be given at once and nobody has to be told.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal string? TryGetText(SecretSlot slot) => _audit is null ? slot.Warm(_clock.Now)?.Text : null;

    /// <summary>The present secret of a slot, if it can be given at once and nobody has to be told.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Secret? TryGet(SecretSlot slot) =>
        _audit is null && slot.Warm(_clock.Now) is { Failure: null, Secret: { } secret } && !secret.Value.IsDisposed() ? secret : null;

    internal SecretSlot? FindSlot(string name) => _cache.TryGet(name, out SecretSlot? slot) ? slot : null;

    /// <summary>Ends reads and streams, and overwrites what is cached. Nothing can be read any more.</summary>
    public void Dispose()
    {
        _flights.Dispose();
        _refresher.Dispose();
        _changes.End();
    }

    private async ValueTask<string> GetSlowlyAsync(string name, CancellationToken cancellationToken) =>
        Reveal(name, await ReadAsync(name, cancellationToken).ConfigureAwait(false));

    private async ValueTask<Secret?> FindSlowlyAsync(string name, CancellationToken cancellationToken) =>
        (await ReadAsync(name, cancellationToken).ConfigureAwait(false)).Entry.Secret;

    private string GetSlowly(string name) => Reveal(name, ReadNow(name));

    private string Reveal(string name, SecretReading reading) =>
        reading.Entry.Secret is null ? throw _chain.NotFound(name) : reading.Entry.Reveal();

    private async ValueTask<SecretReading> ReadAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            SecretReading reading = await _reader.ReadAsync(name, cancellationToken).ConfigureAwait(false);
            _audit?.Read(name, reading);
            return reading;
        }
        catch (SecretException e)
        {
            _audit?.Failed(name, SecretOperation.Read, e);
            throw;
        }
    }

    private SecretReading ReadNow(string name)
    {
        try
        {
            SecretReading reading = _reader.ReadNow(name);
            _audit?.Read(name, reading);
            return reading;
        }
        catch (SecretException e)
        {
            _audit?.Failed(name, SecretOperation.Read, e);
            throw;
        }
    }

    private async IAsyncEnumerable<SecretInfo> ListAsync(string? prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        SecretOutcome outcome = SecretOutcome.Failed;
        try
        {
            await foreach (SecretInfo info in _chain.ListAsync(prefix, cancellationToken).ConfigureAwait(false))
            {
                // Whoever stops reading here has got what he wanted.
                outcome = SecretOutcome.Done;
                yield return info;
                outcome = SecretOutcome.Failed;
            }

            outcome = SecretOutcome.Done;
        }
        finally
        {
            _audit?.Record($"{prefix}*", SecretOperation.List, outcome);
        }
    }

    private async IAsyncEnumerable<SecretChange> WatchFromNowAsync(string? name, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        SecretWatcher watcher = _changes.Watch(name);
        try
        {
            if (name is not null)
                _reader.Begin(name);
            await foreach (SecretChange change in watcher.ReadAsync(cancellationToken).ConfigureAwait(false))
                yield return change;
        }
        finally
        {
            _changes.Unwatch(watcher);
        }
    }
}
