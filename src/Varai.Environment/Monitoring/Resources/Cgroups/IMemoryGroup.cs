namespace Varai.Monitoring.Resources.Cgroups;

/// <summary>The memory that a control group uses.</summary>
internal interface IMemoryGroup : IDisposable
{
    MemoryGroupReading Read();
}
