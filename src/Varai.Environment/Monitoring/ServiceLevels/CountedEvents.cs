using System.Runtime.InteropServices;

namespace Varai.Monitoring.ServiceLevels;

/// <summary>Events of one slot.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct CountedEvents(DateTimeOffset At, long Good, long Valid);
