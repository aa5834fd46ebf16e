using System.Runtime.InteropServices;

namespace Varai.Monitoring.Resources.Cgroups;

/// <summary>See the members of <see cref="ContainerUsage"/>.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct MemoryGroupReading(long? Usage, long? WorkingSet, long? Limit)
{
    /// <summary>Without what was not used lately, which the kernel takes back first.</summary>
    public static MemoryGroupReading Of(long? usage, long? inactiveFile, long? limit) =>
        new(usage, usage is { } used && inactiveFile is { } inactive ? Math.Max(0, used - inactive) : null, limit);
}
