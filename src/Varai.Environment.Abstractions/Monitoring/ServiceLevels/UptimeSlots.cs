using System.Globalization;

namespace Varai.Monitoring.ServiceLevels;

/// <summary>How uptime is counted: in slots of time, each of which is up, down or excluded.</summary>
/// <param name="Probe">What says whether it is up. With several nodes, each node's slots count.</param>
public sealed record UptimeSlots(UptimeProbe Probe)
{
    /// <summary>How long a slot is; it is probed once, when it begins.</summary>
    /// <value>10 seconds to 1 hour, in whole multiples of 10 seconds. Default: 1 minute.</value>
    public TimeSpan Length { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>What slots count as in which no node ran, from the last one that was probed to the next. A break of up to two minutes, as of a restart, is
    /// none.</summary>
    /// <value>Default: <see cref="NoDataRule.Excluded"/>.</value>
    public NoDataRule NoData { get; init; }

    /// <summary>Times that do not count. A slot belongs to a window when it begins in it.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<MaintenanceWindow> Maintenance { get; init; } = [];

    /// <summary>The slots in words.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Probe} every {Length:c}, no data {NoData}");
}
