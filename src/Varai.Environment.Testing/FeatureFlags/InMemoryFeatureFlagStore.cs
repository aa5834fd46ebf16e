using System.Globalization;
using Microsoft.Extensions.Primitives;
using Varai.FeatureFlags;

namespace Varai.Testing.FeatureFlags;

/// <summary>A feature-flag store in memory with history, whose flags a test sets, and which can fail and hang.</summary>
/// <remarks>Safe from any thread.</remarks>
public sealed class InMemoryFeatureFlagStore : IFeatureFlagStore, IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<FeatureFlagRevision> _history = [];
    private FeatureFlagSet _set;
    private CancellationTokenSource _changed = new();
    private long _version = 1;
    private int _loads;

    /// <summary>Creates a store.</summary>
    /// <param name="definitions">The flags it starts with, as version 1.</param>
    public InMemoryFeatureFlagStore(params IEnumerable<FeatureFlagDefinition> definitions) =>
        _set = new FeatureFlagSet(definitions, segments: null, VersionOf(_version));

    /// <summary>Makes the error that each load fails with; <see langword="null"/> to succeed.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public Func<Exception>? Failure { get; set; }

    /// <summary>Makes the error that each write fails with, before anything is written; <see langword="null"/> to succeed.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public Func<Exception>? WriteFailure { get; set; }

    /// <summary>Each load waits for this task first: one that never ends makes the store hang.</summary>
    /// <value>Default: a completed task, so that loads complete synchronously.</value>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>The clock of the history.</summary>
    /// <value>Default: the system's.</value>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How often the flags were loaded.</summary>
    public int Loads => Volatile.Read(ref _loads);

    /// <inheritdoc/>
    public async ValueTask<FeatureFlagSet> LoadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Interlocked.Increment(ref _loads);
        await Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        return Failure is { } failure ? throw failure() : Volatile.Read(ref _set);
    }

    /// <inheritdoc/>
    public IChangeToken GetChangeToken() => new CancellationChangeToken(Volatile.Read(ref _changed).Token);

    /// <inheritdoc/>
    public Task<FeatureFlagSet> WriteAsync(FeatureFlagWrite write, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(write);
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<FeatureFlagSet>(cancellationToken);
        if (WriteFailure is { } failure)
            return Task.FromException<FeatureFlagSet>(failure());
        FeatureFlagSet next;
        lock (_lock)
        {
            if (write.ExpectedVersion is { } expected && expected != _set.Version)
                return Task.FromException<FeatureFlagSet>(new FeatureFlagConflictException(expected, _set.Version));
            next = _set.With(write, VersionOf(_version + 1));
            IReadOnlyList<FeatureFlagDifference> changes = next.GetDifferences(_set);
            if (changes.Count == 0)
                return Task.FromResult(_set);
            _version++;
            _history.Add(new FeatureFlagRevision(next.Version, Time.GetUtcNow(), write.Author, write.Reason, changes));
            Volatile.Write(ref _set, next);
        }

        Signal();
        return Task.FromResult(next);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<FeatureFlagRevision> GetHistoryAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
            return _history.AsEnumerable().Reverse().ToArray().ToAsyncEnumerable();
    }

    /// <summary>Replaces all flags, leaves no segments, and tells who listens; the history has nothing of it.</summary>
    /// <param name="definitions">The new flags.</param>
    public void Replace(params IEnumerable<FeatureFlagDefinition> definitions)
    {
        FeatureFlagDefinition[] flags = [.. definitions];
        lock (_lock)
            Volatile.Write(ref _set, new FeatureFlagSet(flags, segments: null, VersionOf(++_version)));
        Signal();
    }

    /// <summary>Tells who listens that the flags may have changed.</summary>
    public void Signal()
    {
        using CancellationTokenSource before = Interlocked.Exchange(ref _changed, new CancellationTokenSource());
        before.Cancel();
    }

    /// <summary>Ends the tokens; none fires any more.</summary>
    public void Dispose() => _changed.Dispose();

    private static string VersionOf(long number) => number.ToString(CultureInfo.InvariantCulture);
}
