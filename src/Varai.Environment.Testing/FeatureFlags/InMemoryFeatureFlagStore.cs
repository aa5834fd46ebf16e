using Microsoft.Extensions.Primitives;
using Varai.FeatureFlags;

namespace Varai.Testing.FeatureFlags;

/// <summary>A feature-flag store in memory, whose flags a test sets, and which can fail and hang.</summary>
/// <remarks>Safe from any thread.</remarks>
public sealed class InMemoryFeatureFlagStore : IFeatureFlagStore, IDisposable
{
    private volatile FeatureFlagSet _set;
    private CancellationTokenSource _changed = new();
    private int _loads;

    /// <summary>Creates a store.</summary>
    /// <param name="definitions">The flags it starts with.</param>
    public InMemoryFeatureFlagStore(params IEnumerable<FeatureFlagDefinition> definitions) => _set = new FeatureFlagSet(definitions);

    /// <summary>Makes the error that each load fails with; <see langword="null"/> to succeed.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public Func<Exception>? Failure { get; set; }

    /// <summary>Each load waits for this task first: one that never ends makes the store hang.</summary>
    /// <value>Default: a completed task, so that loads complete synchronously.</value>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>How often the flags were loaded.</summary>
    public int Loads => Volatile.Read(ref _loads);

    /// <inheritdoc/>
    public async ValueTask<FeatureFlagSet> LoadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Interlocked.Increment(ref _loads);
        await Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        return Failure is { } failure ? throw failure() : _set;
    }

    /// <inheritdoc/>
    public IChangeToken GetChangeToken() => new CancellationChangeToken(Volatile.Read(ref _changed).Token);

    /// <summary>Replaces all flags and tells who listens.</summary>
    /// <param name="definitions">The new flags.</param>
    public void Replace(params IEnumerable<FeatureFlagDefinition> definitions)
    {
        _set = new FeatureFlagSet(definitions);
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
}
