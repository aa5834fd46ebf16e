namespace Varai.Monitoring.Resources.Cgroups;

/// <summary>What a control group reads from disks and writes to them.</summary>
internal interface IIoGroup : IDisposable
{
    IoGroupReading Read();
}
