namespace Varai.Monitoring;

/// <summary>How an error came to be known.</summary>
public enum ErrorOrigin
{
    /// <summary>The service recorded it (<see cref="IErrorTracker.Record"/>).</summary>
    Recorded,

    /// <summary>It was logged as an error or as critical.</summary>
    Logged,

    /// <summary>Nobody caught it, and it ended the process.</summary>
    Unhandled,

    /// <summary>A task failed, and nobody awaited it.</summary>
    UnobservedTask,
}
