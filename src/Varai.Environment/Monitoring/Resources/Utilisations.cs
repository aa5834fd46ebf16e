namespace Varai.Monitoring.Resources;

/// <summary>Reckons shares of processors from two readings.</summary>
internal static class Utilisations
{
    /// <summary>The later reading with utilisations over the time between.</summary>
    /// <param name="later">The later reading.</param>
    /// <param name="earlier">The earlier one; null for the first.</param>
    /// <param name="elapsed">The time between by a clock that never jumps.</param>
    public static ResourceUsage Since(this ResourceUsage later, ResourceUsage? earlier, TimeSpan elapsed)
    {
        if (earlier is null || elapsed <= TimeSpan.Zero)
            return later;
        ContainerUsage? container = later.Container;
        return later with
        {
            Process = later.Process with
            {
                CpuUtilization = Cpus(later.Process.CpuTime, earlier.Process.CpuTime, elapsed) / later.Process.CpuCount,
            },
            Container = container is null ? null : container with { CpuUsage = Cpus(container.CpuTime, earlier.Container?.CpuTime, elapsed) },
            Host = later.Host with { CpuUtilization = Busy(later.Host.CpuTime, earlier.Host.CpuTime) },
        };
    }

    // A total that fell is another one's, such as of another container.
    private static double? Cpus(TimeSpan? later, TimeSpan? earlier, TimeSpan elapsed) => later >= earlier ? (later - earlier) / elapsed : null;

    private static double? Busy(HostCpuTime? later, HostCpuTime? earlier) =>
        later is not null && earlier is not null && later.Total > earlier.Total
            ? Math.Clamp((later.Busy - earlier.Busy) / (later.Total - earlier.Total), 0, 1)
            : null;
}
