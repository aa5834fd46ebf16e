using System.Text;

namespace Varai.Monitoring.Resources.Cgroups;

/// <summary>A line of <c>/proc/self/cgroup</c>: the group that the process is in, in one hierarchy.</summary>
/// <param name="Controllers">What the hierarchy controls; of version 2 empty.</param>
/// <param name="Path">The group.</param>
internal sealed record CgroupMembership(IReadOnlyList<string> Controllers, string Path)
{
    // 4:cpu,cpuacct:/docker/1f2e; of version 2 0::/docker/1f2e. A path may have colons.
    public static IReadOnlyList<CgroupMembership> Parse(ReadOnlySpan<byte> text) =>
    [
        .. Encoding.UTF8.GetString(text).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(':', 3))
            .Where(fields => fields.Length == 3)
            .Select(fields => new CgroupMembership(fields[1].Split(',', StringSplitOptions.RemoveEmptyEntries), fields[2])),
    ];
}
