using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Varai.Secrets;

/// <summary>The chain of providers behind one cache.</summary>
/// <remarks>A warm read is one dictionary lookup and one comparison of timestamps. Everything else goes through a flight: the
/// first caller starts it, the others wait for it, nobody's cancellation ends it.</remarks>
internal sealed class SecretStore : ISecretStore, IDisposable
{
    private readonly SecretChain _chain;
    private readonly SecretCache _cache;
    private readonly SecretCacheClock _clock;
    private readonly SecretChanges _changes;
    private readonly SecretProviderHealth _health;
    private readonly TimeProvider _time;
    private readonly ILogger<SecretStore> _logger;
    private readonly CancellationTokenSource _lifetime = new();

    // Guards the three below and every change of the cache; held for dictionary operations only.
    private readonly Lock _gate = new();
    private readonly Dictionary<string, SecretFlight> _flights = [];
    private readonly Dictionary<string, PendingWrites> _writes = [];
    private bool _disposed;

    public SecretStore(
        IEnumerable<ISecretProvider> providers, IOptions<SecretOptions> options, TimeProvider time, ILogger<SecretStore> logger)
    {
        SecretOptions settings = options.Value;
        ISecretProvider[] chain = [.. providers];
        CheckNames(chain, settings);
        _logger = logger;
        _health = new SecretProviderHealth(time, logger);
        _chain = new SecretChain(
            chain, settings.OptionalProviders.ToHashSet(StringComparer.OrdinalIgnoreCase), settings.ReadTimeout, _health, time);
        _cache = new SecretCache(settings.MaxEntries);
        _clock = new SecretCacheClock(settings, time);
        _changes = new SecretChanges(logger);
        _time = time;
    }

    /// <summary>The providers that fail at present.</summary>
    public IReadOnlyCollection<SecretProviderFailure> FailingProviders => _health.Failing;

    /// <summary>The names whose last known value is served because it can't be refreshed.</summary>
    public IReadOnlyList<string> StaleNames =>
        [.. _cache.Entries.Where(pair => pair.Value.IsStale && pair.Value.MayServeStale(_clock.Now)).Select(pair => pair.Key).Order(StringComparer.Ordinal)];

    public ValueTask<string> GetSecretAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<string>(cancellationToken);
        return _cache.TryGet(name, out SecretCacheEntry? entry) && entry.IsFresh(_clock.Now) && entry.Secret is { } secret
            ? new ValueTask<string>(secret.RevealString())
            : GetColdAsync(name, cancellationToken);
    }

    public ValueTask<Secret?> FindSecretAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<Secret?>(cancellationToken);
        return _cache.TryGet(name, out SecretCacheEntry? entry) && entry.IsFresh(_clock.Now)
            ? new ValueTask<Secret?>(entry.Secret)
            : FindColdAsync(name, cancellationToken);
    }

    public string GetSecret(string name) => (FindSecret(name) ?? throw new SecretNotFoundException(name, _chain.Names)).RevealString();

    public Secret? FindSecret(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _cache.TryGet(name, out SecretCacheEntry? entry) && entry.IsFresh(_clock.Now) ? entry.Secret : FindColdNow(name);
    }

    public async ValueTask<string?> SetSecretAsync(string name, SecretValue value, CancellationToken cancellationToken = default)
    {
        SecretName.ThrowIfInvalid(name);
        ArgumentNullException.ThrowIfNull(value);
        cancellationToken.ThrowIfCancellationRequested();
        PendingWrites writes = BeginWrite(name);
        Secret? written = null;
        try
        {
            written = await _chain.WriteAsync(name, value, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            EndWrite(name, writes, written);
        }

        return written.Version;
    }

    public async ValueTask<bool> DeleteSecretAsync(string name, CancellationToken cancellationToken = default)
    {
        SecretName.ThrowIfInvalid(name);
        cancellationToken.ThrowIfCancellationRequested();
        PendingWrites writes = BeginWrite(name);
        bool deleted;
        try
        {
            deleted = await _chain.DeleteAsync(name, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            EndWrite(name, writes, written: null);
        }

        if (deleted)
            Tell(name);
        return deleted;
    }

    public void Invalidate(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        lock (_gate)
            Forget(name);
    }

    public IChangeToken GetChangeToken(string name)
    {
        SecretName.ThrowIfInvalid(name);
        return _changes.GetToken(name);
    }

    public ISecretHandle GetHandle(string name)
    {
        SecretAddress.Parse(name);
        return new SecretHandle(this, name);
    }

    public IAsyncEnumerable<SecretInfo> ListSecretsAsync(string? prefix = null, CancellationToken cancellationToken = default) =>
        _chain.ListAsync(prefix, cancellationToken);

    public IAsyncEnumerable<SecretChange> WatchAsync(string? name = null, CancellationToken cancellationToken = default)
    {
        if (name is not null)
            SecretName.ThrowIfInvalid(name);
        return _changes.Watch(name).ReadAsync(cancellationToken);
    }

    /// <summary>Ends the reads that are under way. What is cached can still be read.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
        }

        _lifetime.Cancel();
        _lifetime.Dispose();
    }

    private static string BaseOf(SecretAddress address) => address.Version is null ? address.Name : $"{address.Name}@{address.Version}";

    private static Secret? Pick(Secret? secret, SecretAddress address) =>
        secret is null || address.Field is null ? secret : SecretField.Extract(secret, address);

    private void Tell(string name) => _changes.Publish(new SecretChange(name, SecretChangeKind.Rotated, _time.GetUtcNow()));

    private static void CheckNames(ISecretProvider[] chain, SecretOptions options)
    {
        string[] names = [.. chain.Select(provider => provider.Name)];
        if (names.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new InvalidOperationException($"Two secret providers are named '{twice.Key}'. The chain is: {string.Join(", ", names)}. Each needs a name of its own.");

        foreach (string optional in options.OptionalProviders)
        {
            if (!names.Contains(optional, StringComparer.OrdinalIgnoreCase))
            {
                throw new OptionsValidationException(
                    Options.DefaultName,
                    typeof(SecretOptions),
                    [$"{SecretOptions.SectionName}:{nameof(SecretOptions.OptionalProviders)} names '{optional}', but the secret providers are: {string.Join(", ", names)}."]);
            }
        }
    }

    private async ValueTask<string> GetColdAsync(string name, CancellationToken cancellationToken)
    {
        Secret? secret = await FindColdAsync(name, cancellationToken).ConfigureAwait(false);
        return (secret ?? throw new SecretNotFoundException(name, _chain.Names)).RevealString();
    }

    private async ValueTask<Secret?> FindColdAsync(string name, CancellationToken cancellationToken)
    {
        SecretAddress address = SecretAddress.Parse(name);
        SecretCacheEntry entry = await Join(BaseOf(address)).Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        return Pick(entry.Secret, address);
    }

    private Secret? FindColdNow(string name)
    {
        SecretAddress address = SecretAddress.Parse(name);
        name = BaseOf(address);
        SecretFlight flight = Join(name);
        if (flight is { Entry: null, Error: null, IsWaiting: false })
        {
            // Another thread is inside a provider that answers synchronously. Waiting for that thread would be blocking;
            // asking once more is not.
            var own = new SecretFlight { Previous = flight.Previous, IsDetached = true };
            _ = FlyAsync(name, own);
            flight = own;
        }

        if (flight.Error is { } error)
            ExceptionDispatchInfo.Throw(error);
        SecretCacheEntry? entry = flight.Entry ?? (flight.Previous?.MayServeStale(_clock.Now) == true ? flight.Previous : null);
        return entry is null ? throw new SecretNotReadyException(name) : Pick(entry.Secret, address);
    }

    /// <summary>The flight that reads a name: the one under way, or a new one, started on this thread.</summary>
    private SecretFlight Join(string name)
    {
        SecretFlight? flight;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(ISecretStore));
            if (_flights.TryGetValue(name, out flight))
                return flight;

            _cache.TryGet(name, out SecretCacheEntry? previous);
            flight = new SecretFlight { Previous = previous };
            // The flight that this caller just missed may have landed.
            if (previous?.IsFresh(_clock.Now) == true)
            {
                flight.Complete(previous);
                return flight;
            }

            _flights.Add(name, flight);
        }

        _ = FlyAsync(name, flight);
        return flight;
    }

    private async Task FlyAsync(string name, SecretFlight flight)
    {
        try
        {
            var address = SecretAddress.Parse(name);
            ValueTask<SecretAnswer> reading = _chain.ReadAsync(new SecretRequest(address.Name) { Version = address.Version }, _lifetime.Token);
            flight.IsWaiting = !reading.IsCompleted;
            Land(name, flight, _clock.Keep(await reading.ConfigureAwait(false)));
        }
        catch (SecretProviderException e)
        {
            LandFailure(name, flight, e);
        }
        catch (OperationCanceledException)
        {
            Crash(name, flight, new ObjectDisposedException(nameof(ISecretStore)));
        }
        catch (Exception e)
        {
            Crash(name, flight, e);
        }
    }

    private void LandFailure(string name, SecretFlight flight, SecretProviderException error)
    {
        SecretCacheEntry? kept = flight.Previous?.MayServeStale(_clock.Now) == true ? _clock.KeepStale(flight.Previous) : null;
        if (kept?.MayServeStale(_clock.Now) != true)
        {
            Crash(name, flight, error);
            return;
        }

        if (flight.Previous is { IsStale: false })
            _logger.SecretStale(name, _clock.UntilUnservable(kept));
        Land(name, flight, kept);
    }

    private void Land(string name, SecretFlight flight, SecretCacheEntry entry)
    {
        bool changed = false;
        lock (_gate)
        {
            if (!flight.IsDetached)
            {
                _flights.Remove(name);
                changed = flight.Previous is { } previous && !SameValue(previous.Secret, entry.Secret);
                _cache.Put(name, entry);
            }
        }

        flight.Complete(entry);
        if (changed)
            Tell(name);
    }

    private void Crash(string name, SecretFlight flight, Exception error)
    {
        lock (_gate)
        {
            if (!flight.IsDetached)
                _flights.Remove(name);
        }

        flight.Fail(error);
    }

    private PendingWrites BeginWrite(string name)
    {
        lock (_gate)
        {
            if (_writes.TryGetValue(name, out PendingWrites? writes))
                writes.Overlap = true;
            else
                _writes.Add(name, writes = new PendingWrites());
            writes.Count++;
            return writes;
        }
    }

    // 'written' is what the name holds now, null when that is not known.
    private void EndWrite(string name, PendingWrites writes, Secret? written)
    {
        bool changed = false;
        lock (_gate)
        {
            if (--writes.Count == 0)
                _writes.Remove(name);
            _cache.TryGet(name, out SecretCacheEntry? previous);
            Forget(name);
            if (written is not null)
            {
                changed = previous is null || !SameValue(previous.Secret, written);
                // Of writes that overlap nobody here knows which came last, so the next read asks.
                if (!writes.Overlap)
                    _cache.Put(name, _clock.Keep(new SecretAnswer(written, IsFallback: false)));
            }
        }

        if (changed)
            Tell(name);
    }

    private void Forget(string name)
    {
        _cache.Expire(name);
        if (_flights.Remove(name, out SecretFlight? flight))
            flight.IsDetached = true;
    }

    private static bool SameValue(Secret? one, Secret? other) =>
        one is null ? other is null : one.Value.ContentEquals(other?.Value);

    private sealed class PendingWrites
    {
        public int Count { get; set; }

        public bool Overlap { get; set; }
    }
}
