namespace Varai.Monitoring.Resources;

/// <summary>Reads the resources of one kind of operating system. Used by one thread at a time.</summary>
internal interface IResourceReader : IDisposable
{
    /// <summary>Reads everything; utilisations are left out.</summary>
    ResourceUsage Read(DateTimeOffset now);

    /// <summary>Whatever was found wrong since the last time; each thing once in a lifetime.</summary>
    SystemFileTrouble[] TakeTroubles();
}
