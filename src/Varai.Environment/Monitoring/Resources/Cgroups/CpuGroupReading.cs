using System.Runtime.InteropServices;

namespace Varai.Monitoring.Resources.Cgroups;

/// <summary>See the members of <see cref="ContainerUsage"/>.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct CpuGroupReading(TimeSpan? Time, double? Limit, long? Periods, long? PeriodsThrottled, TimeSpan? TimeThrottled);
