using Varai.Data;

namespace Varai.CrashHost;

/// <summary>Says "copying" as soon as something has been copied and, where it is to hold, lets nothing more be copied: whoever kills the
/// process then has cut a migration off.</summary>
internal sealed class CopyingSayer(TextWriter output, bool holds) : IProgress<DataMigrationProgress>
{
    private int _hasSaid;

    // On the thread that copies.
    public void Report(DataMigrationProgress value)
    {
        if (!holds || value.Phase != DataMigrationPhase.Copying)
            return;
        if (Interlocked.Exchange(ref _hasSaid, 1) == 0)
        {
            output.WriteLine("copying");
            output.Flush();
        }

        // For ever: the process is about to be killed.
        using var never = new ManualResetEventSlim();
        never.Wait();
    }
}
