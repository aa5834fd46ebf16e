namespace Varai.State;

/// <summary>How the embedded state store works.</summary>
public sealed class StateOptions
{
    /// <summary>The section of the host's configuration these are bound from.</summary>
    public const string SectionName = "Varai:State";

    /// <summary>The folder of the store's file, relative to the content root. Keep it off network file systems.</summary>
    /// <value>Default: <c>.varai</c>.</value>
    public string Directory { get; set; } = ".varai";

    /// <summary>How long a call waits for another process that is writing to the same store; zero fails at once.</summary>
    /// <value>Default: 5 seconds.</value>
    public TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How many of the last revisions a watcher can still ask for; one that asks for more starts with a reset.</summary>
    /// <value>Default: 100,000 revisions.</value>
    public int ChangeRetention { get; set; } = 100_000;

    /// <summary>How often a watcher looks for changes made by other processes. Changes by its own process reach it at once.</summary>
    /// <value>Default: 1 second.</value>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The largest content of one document or stream entry, in bytes. Larger ones belong into a blob.</summary>
    /// <value>Default: 16 MiB.</value>
    public int MaxDocumentBytes { get; set; } = 16 * 1024 * 1024;
}
