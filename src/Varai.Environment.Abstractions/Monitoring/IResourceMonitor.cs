namespace Varai.Monitoring;

/// <summary>What the process, its container and its host use of processors, memory, disks and networks. Present after
/// <c>AddResourceMetrics()</c>; it is a singleton, and safe from any thread.</summary>
public interface IResourceMonitor
{
    /// <summary>Reads the resources. Readings less than a second apart are one and the same.</summary>
    /// <returns>The reading. Utilisations are over the time since the reading that the previous call of this method gave, so of the first one
    /// they are <see langword="null"/>; the metrics have an interval of their own. What can't be read is <see langword="null"/> or not
    /// in its list, never 0.</returns>
    ResourceUsage GetUsage();
}
