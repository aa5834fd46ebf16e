using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using Varai.Secrets;

namespace Varai.Testing.Secrets;

/// <summary>A secret provider in memory: readable one by one and many at once, writable, listing, with versions, and able to fail, hang
/// and take its time.</summary>
/// <remarks>Safe from any thread. Versions are <c>1</c>, <c>2</c>, ... per name, and go on counting after a deletion. It keeps and
/// gives copies of values, so that a store may dispose what it was given. It tells of changes only when
/// <see cref="NotifyChanged"/> is called.</remarks>
public sealed class InMemorySecretProvider : ISecretProvider, ISecretWriter, ISecretLister, ISecretBatchReader, ISecretChangeNotifier
{
    private ImmutableList<Action<string?>> _listeners = [];
    private int _batches;
    private readonly ConcurrentDictionary<string, ImmutableArray<SecretValue>> _secrets = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _deletedVersions = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;
    private int _reads;
    private int _writes;

    /// <summary>Creates an empty provider.</summary>
    /// <param name="name">Its name in the chain.</param>
    /// <param name="time">What <see cref="Delay"/> is measured with; <see langword="null"/> for the system's clock.</param>
    public InMemorySecretProvider(string name = "memory", TimeProvider? time = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        _time = time ?? TimeProvider.System;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Makes the error that each call fails with; <see langword="null"/> to succeed.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public Func<Exception>? Failure { get; set; }

    /// <summary>How long each call takes before it answers or fails.</summary>
    /// <value>Default: zero, so that calls complete synchronously.</value>
    public TimeSpan Delay { get; set; }

    /// <summary>Each call waits for this task first: one that never ends makes the provider hang.</summary>
    /// <value>Default: a completed task, so that calls complete synchronously.</value>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Whether calls go on waiting after their token was cancelled, as a badly written provider's do.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool IgnoresCancellation { get; set; }

    /// <summary>When every secret read from now on expires; <see langword="null"/> for not known.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>How often one secret was asked for.</summary>
    public int Reads => Volatile.Read(ref _reads);

    /// <summary>How often several secrets were asked for at once; these do not count as <see cref="Reads"/>.</summary>
    public int Batches => Volatile.Read(ref _batches);

    /// <summary>How often a secret was set or deleted.</summary>
    public int Writes => Volatile.Read(ref _writes);

    /// <inheritdoc/>
    public async ValueTask<Secret?> GetAsync(SecretRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        Interlocked.Increment(ref _reads);
        await BehaveAsync(cancellationToken).ConfigureAwait(false);
        return Find(request);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Secret>> GetManyAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(names);
        Interlocked.Increment(ref _batches);
        await BehaveAsync(cancellationToken).ConfigureAwait(false);
        return [.. names.Select(name => Find(new SecretRequest(name))).OfType<Secret>()];
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<SecretInfo> ListAsync(string? prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await BehaveAsync(cancellationToken).ConfigureAwait(false);
        foreach ((string name, ImmutableArray<SecretValue> versions) in _secrets)
        {
            if (prefix is null || name.StartsWith(prefix, StringComparison.Ordinal))
                yield return new SecretInfo(name, Name) { Version = VersionOf(name, versions.Length), ExpiresAt = ExpiresAt };
        }
    }

    /// <inheritdoc/>
    public IDisposable Subscribe(Action<string?> changed)
    {
        ArgumentNullException.ThrowIfNull(changed);
        ImmutableInterlocked.Update(ref _listeners, static (all, added) => all.Add(added), changed);
        return new Subscription(this, changed);
    }

    /// <summary>Tells whoever has subscribed that a secret may have changed.</summary>
    /// <param name="name">The secret; <see langword="null"/> when any may have.</param>
    public void NotifyChanged(string? name)
    {
        foreach (Action<string?> listener in _listeners)
            listener(name);
    }

    /// <inheritdoc/>
    public async ValueTask<string?> SetAsync(string name, SecretValue value, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(value);
        SecretName.ThrowIfInvalid(name);
        Interlocked.Increment(ref _writes);
        await BehaveAsync(cancellationToken).ConfigureAwait(false);
        return Set(name, value);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        SecretName.ThrowIfInvalid(name);
        Interlocked.Increment(ref _writes);
        await BehaveAsync(cancellationToken).ConfigureAwait(false);
        if (!_secrets.TryRemove(name, out ImmutableArray<SecretValue> versions))
            return false;

        _deletedVersions.AddOrUpdate(name, versions.Length, (_, deleted) => deleted + versions.Length);
        return true;
    }

    /// <summary>Puts a secret in place at once, whatever the provider has been told to do with calls.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The value.</param>
    /// <returns>The new version.</returns>
    public string Set(string name, SecretValue value)
    {
        ArgumentNullException.ThrowIfNull(value);
        SecretName.ThrowIfInvalid(name);
        var copy = new SecretValue(value.RevealBytes().Span);
        return VersionOf(name, _secrets.AddOrUpdate(name, _ => [copy], (_, versions) => versions.Add(copy)).Length);
    }

    /// <summary>Puts a text secret in place at once, whatever the provider has been told to do with calls.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The value.</param>
    /// <returns>The new version.</returns>
    public string Set(string name, string value) => Set(name, new SecretValue(value));

    /// <summary>Takes a secret away at once, whatever the provider has been told to do with calls.</summary>
    /// <param name="name">The name.</param>
    public void Remove(string name) => _secrets.TryRemove(name, out _);

    private Secret? Find(SecretRequest request)
    {
        if (!_secrets.TryGetValue(request.Name, out ImmutableArray<SecretValue> versions))
            return null;

        int first = _deletedVersions.GetValueOrDefault(request.Name) + 1;
        int version = first + versions.Length - 1;
        if (request.Version is { } asked
            && !(int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out version)
                && version >= first && version < first + versions.Length))
            return null;

        return new Secret(request.Name, new SecretValue(versions[version - first].RevealBytes().Span), Name)
        {
            Version = version.ToString(CultureInfo.InvariantCulture),
            ExpiresAt = ExpiresAt,
        };
    }

    private string VersionOf(string name, int count) =>
        (_deletedVersions.GetValueOrDefault(name) + count).ToString(CultureInfo.InvariantCulture);

    private async ValueTask BehaveAsync(CancellationToken cancellationToken)
    {
        CancellationToken observed = IgnoresCancellation ? CancellationToken.None : cancellationToken;
        observed.ThrowIfCancellationRequested();
        await Gate.WaitAsync(observed).ConfigureAwait(false);
        if (Delay > TimeSpan.Zero)
            await Task.Delay(Delay, _time, observed).ConfigureAwait(false);
        if (Failure is { } failure)
            throw failure();
    }

    private sealed class Subscription(InMemorySecretProvider provider, Action<string?> changed) : IDisposable
    {
        public void Dispose() => ImmutableInterlocked.Update(ref provider._listeners, static (all, removed) => all.Remove(removed), changed);
    }
}
