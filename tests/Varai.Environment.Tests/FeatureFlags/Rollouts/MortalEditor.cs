using Varai.FeatureFlags;

namespace Varai.Tests.FeatureFlags.Rollouts;

/// <summary>A node's way to the shared flags, which ends with the node.</summary>
internal sealed class MortalEditor(FlagBoard board, CrashPoint crash) : IFeatureFlagEditor
{
    /// <summary>Runs before an edit is applied.</summary>
    public Func<FeatureFlagEdit, Task>? Before { get; set; }

    public Task<FeatureFlagSet> GetAsync(CancellationToken cancellationToken = default)
    {
        crash.ThrowIfDead();
        return Task.FromResult(board.Set);
    }

    public async Task<FeatureFlagSet> ApplyAsync(FeatureFlagEdit edit, CancellationToken cancellationToken = default)
    {
        if (Before is { } before)
            await before(edit);
        return await crash.WriteAsync(() => Task.FromResult(board.Apply(edit)));
    }

    public IAsyncEnumerable<FeatureFlagRevision> GetHistoryAsync(string? name = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public IAsyncEnumerable<FeatureFlagsChanged> WatchAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();
}
