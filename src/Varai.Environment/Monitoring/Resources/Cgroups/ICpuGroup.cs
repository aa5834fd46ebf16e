namespace Varai.Monitoring.Resources.Cgroups;

/// <summary>The processors that a control group uses.</summary>
internal interface ICpuGroup : IDisposable
{
    CpuGroupReading Read();
}
