using System.Runtime.InteropServices;

namespace Varai.Monitoring.Resources;

/// <summary>The processor time of this process, which .NET asks the operating system for.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ProcessCpuTime(TimeSpan User, TimeSpan Kernel)
{
    public static ProcessCpuTime Read()
    {
        System.Environment.ProcessCpuUsage usage = System.Environment.CpuUsage;
        return new ProcessCpuTime(usage.UserTime, usage.PrivilegedTime);
    }
}
