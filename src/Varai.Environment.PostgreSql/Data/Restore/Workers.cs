using System.Collections.Concurrent;
using Npgsql;

namespace Varai.PostgreSql.Data.Restore;

/// <summary>Connections to the target that work beside each other.</summary>
internal sealed class Workers(DataDatabase database, int count) : IAsyncDisposable
{
    // What is built here is built once: more memory and no waiting for the disk at each commit, which is the swap's alone.
    private const string Session = "SET synchronous_commit = off";
    private const string Memory = "SELECT set_config('maintenance_work_mem', greatest(pg_size_bytes(current_setting('maintenance_work_mem')) / 1024, 262144)::text || 'kB', false)";

    private readonly ConcurrentBag<NpgsqlConnection> _free = [];

    public int Count => count;

    /// <summary>Lends a connection; one that fails is not used again.</summary>
    public async Task UseAsync(Func<NpgsqlConnection, Task> work, CancellationToken cancellationToken)
    {
        if (!_free.TryTake(out NpgsqlConnection? connection))
            connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
        bool isGood = false;
        try
        {
            await work(connection).ConfigureAwait(false);
            isGood = true;
        }
        finally
        {
            if (isGood)
            {
                _free.Add(connection);
            }
            else
            {
                await StagedSchemas.RollbackAsync(connection).ConfigureAwait(false);
                await connection.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Does all of it, so many at once, in about this order; the first error ends the rest.</summary>
    public async Task RunAsync(IReadOnlyList<Func<NpgsqlConnection, Task>> jobs, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        int next = -1;
        Task[] lanes = [.. Enumerable.Range(0, Math.Min(count, jobs.Count)).Select(_ => Task.Run(LaneAsync, CancellationToken.None))];
        await Task.WhenAll(lanes).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();

        async Task LaneAsync()
        {
            try
            {
                for (int job; !stop.IsCancellationRequested && (job = Interlocked.Increment(ref next)) < jobs.Count;)
                    await UseAsync(jobs[job], cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                await stop.CancelAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (NpgsqlConnection connection in _free)
            await connection.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        NpgsqlConnection connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await database.ExecuteAsync(connection, Session, "can't be prepared", cancellationToken).ConfigureAwait(false);
        await database.ExecuteAsync(connection, Memory, "can't be prepared", cancellationToken).ConfigureAwait(false);
        return connection;
    }
}
