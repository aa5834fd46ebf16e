using System.Runtime.ExceptionServices;
using System.Threading.Channels;

namespace Varai.Data.Migration;

/// <summary>Moves the items of one capture into one restore.</summary>
internal sealed class ComponentMigration(
    IDataCapture capture,
    IDataRestore restore,
    MigrationJournal journal,
    MigrationDocument document,
    Dictionary<string, DataItemResult> earlier,
    MigrationProgress progress)
{
    private const int QueuedItems = 1024;

    private long _copied;
    private long _unchanged;
    private long _resumed;

    public (long Copied, long Unchanged, long Resumed) Counts => (_copied, _unchanged, _resumed);

    public async Task CopyAsync(CancellationToken cancellationToken)
    {
        // All of them before the first is copied, so that a restore knows by then what it will need.
        List<DataItem> missing = await FindMissingAsync(cancellationToken).ConfigureAwait(false);
        int parallelism = Math.Max(1, Math.Min(capture.Manifest.MaximumParallelism, restore.MaximumParallelism));
        if (parallelism == 1)
        {
            foreach (DataItem item in missing)
                await CopyAsync(item, cancellationToken).ConfigureAwait(false);
            return;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Channel<DataItem> queue = Channel.CreateBounded<DataItem>(QueuedItems);
        Task[] workers = [.. Enumerable.Range(0, parallelism).Select(_ => Task.Run(() => WorkAsync(queue.Reader, stop.CancelAsync, stop.Token), CancellationToken.None))];
        Exception? failure = null;
        try
        {
            foreach (DataItem item in missing)
            {
                // What has an order is not done beside anything else.
                if (item.Kind is DataItemKind.Schema or DataItemKind.Checks)
                    await CopyAsync(item, stop.Token).ConfigureAwait(false);
                else
                    await queue.Writer.WriteAsync(item, stop.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            failure = e;
            await stop.CancelAsync().ConfigureAwait(false);
        }

        queue.Writer.Complete();
        Task all = Task.WhenAll(workers);
        await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // In the order of causes: the caller's wish, what stopped a worker, what else went wrong.
        cancellationToken.ThrowIfCancellationRequested();
        await all.ConfigureAwait(false);
        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
    }

    private async Task<List<DataItem>> FindMissingAsync(CancellationToken cancellationToken)
    {
        var missing = new List<DataItem>();
        await foreach (DataItem item in capture.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            DataItemResult? found = await restore.FindAsync(item, earlier.GetValueOrDefault(item.Name), cancellationToken).ConfigureAwait(false);
            if (found is null)
            {
                missing.Add(item);
                continue;
            }

            if (found.Outcome == DataItemOutcome.Resumed)
                _resumed++;
            else if (found.Outcome == DataItemOutcome.Unchanged)
                _unchanged++;
            else
                _copied++;
            progress.Skip(found.Bytes);
        }

        return missing;
    }

    private async Task WorkAsync(ChannelReader<DataItem> queue, Func<Task> cancelAsync, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (DataItem item in queue.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                await CopyAsync(item, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Whoever cancelled has the reason.
        }
        catch
        {
            await cancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task CopyAsync(DataItem item, CancellationToken cancellationToken)
    {
        Stream content = await capture.OpenAsync(item, cancellationToken).ConfigureAwait(false);
        DataItemResult result;
        await using (content.ConfigureAwait(false))
        {
            var counted = new CountedStream(content, progress);
            await using (counted.ConfigureAwait(false))
                result = await restore.WriteAsync(item, counted, cancellationToken).ConfigureAwait(false);
        }

        await journal.AddAsync(document, result, cancellationToken).ConfigureAwait(false);
        Interlocked.Increment(ref _copied);
        progress.Finish();
    }
}
