namespace Varai.Data.Migration;

/// <summary>Counts what is done and tells it from time to time; from any thread.</summary>
internal sealed class MigrationProgress(
    IProgress<DataMigrationProgress>? listener, string component, TimeSpan interval, TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();
    private long _told = time.GetTimestamp();
    private long _items;
    private long _bytes;
    private long _expectedItems;
    private long _expectedBytes;

    // Bytes that were really copied, which is what the speed is taken from.
    private long _moved;

    public TimeSpan Elapsed => time.GetElapsedTime(_start);

    public long Moved => Volatile.Read(ref _moved);

    public void Expect(DataManifest manifest)
    {
        _expectedItems = manifest.Items;
        _expectedBytes = manifest.Bytes;
    }

    /// <summary>Counts an item that needed no copying.</summary>
    public void Skip(long bytes)
    {
        Interlocked.Increment(ref _items);
        Interlocked.Add(ref _bytes, bytes);
        TellSometimes();
    }

    public void Finish()
    {
        Interlocked.Increment(ref _items);
        TellSometimes();
    }

    public void Move(long bytes)
    {
        Interlocked.Add(ref _bytes, bytes);
        Interlocked.Add(ref _moved, bytes);
        TellSometimes();
    }

    public void Tell(DataMigrationPhase phase)
    {
        if (listener is null)
            return;
        (long items, long bytes, long moved) = (Volatile.Read(ref _items), Volatile.Read(ref _bytes), Volatile.Read(ref _moved));
        TimeSpan elapsed = Elapsed;
        long expected = Math.Max(_expectedBytes, bytes);
        TimeSpan? remaining = phase is DataMigrationPhase.Committing or DataMigrationPhase.Done
            ? TimeSpan.Zero
            : moved > 0 ? elapsed * ((double)(expected - bytes) / moved) : null;
        listener.Report(new DataMigrationProgress(
            component, phase, items, Math.Max(_expectedItems, items), bytes, expected, elapsed, remaining));
    }

    private void TellSometimes()
    {
        if (listener is null)
            return;
        long told = Volatile.Read(ref _told);
        if (time.GetElapsedTime(told) >= interval && Interlocked.CompareExchange(ref _told, time.GetTimestamp(), told) == told)
            Tell(DataMigrationPhase.Copying);
    }
}
