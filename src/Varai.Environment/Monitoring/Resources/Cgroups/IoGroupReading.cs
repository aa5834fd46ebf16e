using System.Runtime.InteropServices;

namespace Varai.Monitoring.Resources.Cgroups;

/// <summary>See the members of <see cref="ContainerUsage"/>.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct IoGroupReading(long? BytesRead, long? BytesWritten);
