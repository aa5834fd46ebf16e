using Varai.Monitoring;

namespace Varai.Tests.Monitoring.Resources;

public sealed class CgroupReaderTests : IDisposable
{
    private readonly MachineTree _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Read_VersionTwo_IsTheGroupWithTheLeastLimitsAroundIt()
    {
        _machine.Write("proc/self/cgroup", "0::/kube:pods/pod1/app\n")
            .WriteGroupV2("sys/fs/cgroup/kube:pods/pod1/app", cpuMax: "150000 100000", memoryMax: "2000", throttled: 1)
            .WriteGroupV2("sys/fs/cgroup/kube:pods/pod1", cpuMax: "50000 100000", memoryMax: "max", throttled: 2)
            .WriteGroupV2("sys/fs/cgroup/kube:pods", cpuMax: "max 100000", memoryMax: "1000", throttled: 3);

        ContainerUsage container = _machine.Container()!;

        Assert.Equal(TimeSpan.FromSeconds(5), container.CpuTime);
        Assert.Equal(0.5, container.CpuLimit);
        Assert.Equal(200, container.CpuPeriods);
        Assert.Equal(2, container.CpuPeriodsThrottled);
        Assert.Equal(TimeSpan.FromSeconds(2.5), container.CpuTimeThrottled);
        Assert.Equal(700, container.MemoryUsage);
        Assert.Equal(500, container.MemoryWorkingSet);
        Assert.Equal(1000, container.MemoryLimit);
        Assert.Equal(0.5, container.MemoryUtilization);
        Assert.Equal((1500, 57), (container.DiskBytesRead, container.DiskBytesWritten));
        Assert.Equal(0.5, _machine.Read().Process.CpuCount);
        Assert.Empty(_machine.Troubles());
    }

    [Fact]
    public void Read_InANamespace_IsTheMountedGroup()
    {
        _machine.WriteGroupV2("sys/fs/cgroup", cpuMax: "300000 100000");

        Assert.Equal(3, _machine.Container()!.CpuLimit);
        Assert.Equal(2, _machine.Read().Process.CpuCount); // no more than there are
        Assert.Null(_machine.Container()!.MemoryLimit);
        Assert.Null(_machine.Container()!.MemoryUtilization);
        Assert.Empty(_machine.Troubles());
    }

    [Fact]
    public void Read_OnlyAPartOfTheHierarchyIsMounted_IsTheGroupBelowIt()
    {
        _machine.Write("proc/self/cgroup", "0::/docker/1f2e/inner\n")
            .Write("proc/self/mountinfo", "30 22 0:26 /docker/1f2e /sys/fs/cgroup ro - cgroup2 cgroup2 rw\n")
            .WriteGroupV2("sys/fs/cgroup", cpuMax: "20000 100000")
            .WriteGroupV2("sys/fs/cgroup/inner", memoryMax: "800");

        Assert.Equal((0.2, 800), (_machine.Container()!.CpuLimit, _machine.Container()!.MemoryLimit));
    }

    [Fact]
    public void Read_APathThatLeadsOutOfTheNamespace_IsNoOthersGroup()
    {
        _machine.Write("proc/self/cgroup", "0::/../other\n").WriteGroupV2("sys/fs/cgroup", cpuMax: "20000 100000");

        Assert.Null(_machine.Container());
    }

    [Fact]
    public void Read_TheMachinesOwnGroup_IsNoContainer()
    {
        _machine.Write("sys/fs/cgroup/cpu.stat", "usage_usec 5000000\n").Write("sys/fs/cgroup/cgroup.controllers", "cpu memory\n");

        Assert.Null(_machine.Container());
        Assert.Equal(2, _machine.Read().Process.CpuCount);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("0::/a\n", "")]
    [InlineData("", "30 22 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n")]
    [InlineData("nonsense\n", "30 22 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n")]
    public void Read_NoGroupToBeFound_IsNoContainer(string cgroup, string mounts)
    {
        _machine.Write("proc/self/cgroup", cgroup).Write("proc/self/mountinfo", mounts).WriteGroupV2("sys/fs/cgroup");

        Assert.Null(_machine.Container());
    }

    [Fact]
    public void Read_WithoutTheFiles_IsNoContainer()
    {
        _machine.Delete("proc/self/cgroup").Delete("proc/self/mountinfo");

        Assert.Null(_machine.Container());
        Assert.Empty(_machine.Troubles());
    }

    [Theory]
    [InlineData("cpu.max", "")]
    [InlineData("cpu.max", "50000\n")]
    [InlineData("cpu.max", "50000 0\n")]
    [InlineData("cpu.max", "-1 100000\n")]
    [InlineData("cpu.stat", "usage_usec many\n")]
    [InlineData("memory.max", "12 MB\n")]
    [InlineData("memory.current", "\n")]
    [InlineData("memory.stat", "anon 1\n")]
    [InlineData("io.stat", "8:0 rbytes=x wbytes=2\n")]
    public void Read_AMalformedFile_IsMissingAndNotedOnce(string file, string content)
    {
        _machine.WriteGroupV2("sys/fs/cgroup", cpuMax: "50000 100000", memoryMax: "1000").Write($"sys/fs/cgroup/{file}", content);

        ContainerUsage container = _machine.Container()!;

        Assert.Equal(file == "cpu.max" ? null : 0.5, container.CpuLimit);
        Assert.Equal(file == "cpu.stat" ? null : TimeSpan.FromSeconds(5), container.CpuTime);
        Assert.Equal(file == "memory.max" ? null : 1000, container.MemoryLimit);
        Assert.Equal(file == "memory.current" ? null : 700, container.MemoryUsage);
        Assert.Equal(file is "memory.current" or "memory.stat" ? null : 500, container.MemoryWorkingSet);
        Assert.Equal(file == "io.stat" ? null : 1500, container.DiskBytesRead);
        Assert.StartsWith($"sys/fs/cgroup/{file}: it does not hold ", Assert.Single(_machine.Troubles()), StringComparison.Ordinal);
        _machine.Read();
        Assert.Empty(_machine.Troubles());
    }

    [Theory]
    [InlineData("cpu.max")]
    [InlineData("cpu.stat")]
    [InlineData("memory.max")]
    [InlineData("memory.current")]
    [InlineData("memory.stat")]
    [InlineData("io.stat")]
    public void Read_AFileThatCanNotBeRead_IsMissingAndNotedOnce(string file)
    {
        _machine.WriteGroupV2("sys/fs/cgroup", cpuMax: "50000 100000", memoryMax: "1000").MakeUnreadable($"sys/fs/cgroup/{file}");

        ContainerUsage container = _machine.Container()!;

        Assert.Equal(file == "cpu.max", container.CpuLimit is null);
        Assert.Equal(file == "cpu.stat", container.CpuTime is null);
        Assert.Equal(file == "cpu.stat", container.CpuPeriods is null);
        Assert.Equal(file == "memory.max", container.MemoryLimit is null);
        Assert.Equal(file is "memory.current" or "memory.stat", container.MemoryWorkingSet is null);
        Assert.Equal(file == "io.stat", container.DiskBytesWritten is null);
        Assert.StartsWith($"sys/fs/cgroup/{file}: ", Assert.Single(_machine.Troubles()), StringComparison.Ordinal);
        _machine.Read();
        Assert.Empty(_machine.Troubles());
    }

    [Fact]
    public void Read_AControllerThatIsOff_IsMissingWithoutANote()
    {
        _machine.WriteGroupV2("sys/fs/cgroup").Delete("sys/fs/cgroup/io.stat").Delete("sys/fs/cgroup/memory.current").Delete("sys/fs/cgroup/memory.stat")
            .Delete("sys/fs/cgroup/memory.max").Write("sys/fs/cgroup/cpu.stat", "usage_usec 1\n");

        ContainerUsage container = _machine.Container()!;

        Assert.Equal(TimeSpan.FromMicroseconds(1), container.CpuTime);
        Assert.Null(container.CpuPeriods);
        Assert.Null(container.MemoryUsage);
        Assert.Null(container.DiskBytesRead);
        Assert.Empty(_machine.Troubles());
    }

    [Fact]
    public void Read_AProcessThatWasMoved_IsTheNewGroup()
    {
        _machine.Write("proc/self/cgroup", "0::/a\n").WriteGroupV2("sys/fs/cgroup/a", memoryMax: "1000").WriteGroupV2("sys/fs/cgroup/b", memoryMax: "2000");
        Assert.Equal(1000, _machine.Container()!.MemoryLimit);

        _machine.Write("proc/self/cgroup", "0::/b\n");

        Assert.Equal(2000, _machine.Container()!.MemoryLimit);
    }

    [Fact]
    public void Read_VersionOne_IsEachControllerWhereItIs()
    {
        WriteVersionOne();

        ContainerUsage container = _machine.Container()!;

        Assert.Equal(TimeSpan.FromSeconds(7), container.CpuTime);
        Assert.Equal(0.25, container.CpuLimit); // of the group around it
        Assert.Equal((40, 30), (container.CpuPeriods, container.CpuPeriodsThrottled));
        Assert.Equal(TimeSpan.FromSeconds(1.5), container.CpuTimeThrottled);
        Assert.Equal((700, 600, 900), (container.MemoryUsage, container.MemoryWorkingSet, container.MemoryLimit));
        Assert.Equal((11, 22), (container.DiskBytesRead, container.DiskBytesWritten));
        Assert.Empty(_machine.Troubles());
    }

    [Fact]
    public void Read_VersionOneWithoutLimits_HasNone()
    {
        WriteVersionOne();
        _machine.Write("sys/fs/cgroup/cpu,cpuacct/docker/cpu.cfs_quota_us", "-1\n")
            .Write("sys/fs/cgroup/memory/docker/1f2e/memory.stat", $"hierarchical_memory_limit {MachineTree.Unlimited}\ntotal_inactive_file 100\n");

        Assert.Null(_machine.Container()!.CpuLimit);
        Assert.Null(_machine.Container()!.MemoryLimit);
        Assert.Equal(600, _machine.Container()!.MemoryWorkingSet);
        Assert.Equal(2, _machine.Read().Process.CpuCount);
    }

    [Fact]
    public void Read_VersionOneInAContainer_IsWhatIsMountedThere()
    {
        WriteVersionOne();
        _machine.Write(
            "proc/self/mountinfo",
            "31 23 0:29 /docker/1f2e /sys/fs/cgroup/cpu,cpuacct ro - cgroup cgroup rw,cpu,cpuacct\n32 23 0:30 /docker/1f2e /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n")
            .Write("sys/fs/cgroup/memory/memory.usage_in_bytes", "70\n")
            .Write("sys/fs/cgroup/memory/memory.stat", "hierarchical_memory_limit 90\ntotal_inactive_file 10\n")
            .Delete("sys/fs/cgroup/memory/release_agent").Delete("sys/fs/cgroup/cpu,cpuacct/release_agent")
            .Write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "10000\n").Write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");

        Assert.Equal((70, 60, 90), (_machine.Container()!.MemoryUsage, _machine.Container()!.MemoryWorkingSet, _machine.Container()!.MemoryLimit));
        Assert.Equal(0.1, _machine.Container()!.CpuLimit);
    }

    [Fact]
    public void Read_BothVersionsAtOnce_IsVersionOneForWhatItControls()
    {
        WriteVersionOne();
        _machine.Write("proc/self/cgroup", "4:memory:/docker/1f2e\n3:cpuset:/\n0::/unified-group\n")
            .Write(
                "proc/self/mountinfo",
                "32 23 0:30 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n33 23 0:31 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n")
            .WriteGroupV2("sys/fs/cgroup/unified/unified-group", memoryMax: "1");

        ContainerUsage container = _machine.Container()!;

        Assert.Equal(900, container.MemoryLimit);
        Assert.Equal(TimeSpan.FromSeconds(5), container.CpuTime);
        Assert.Equal(1500, container.DiskBytesRead);
    }

    [Theory]
    [InlineData("cpu,cpuacct/docker/1f2e/cpuacct.usage", "much\n")]
    [InlineData("cpu,cpuacct/docker/cpu.cfs_quota_us", "-2\n")]
    [InlineData("cpu,cpuacct/docker/cpu.cfs_period_us", "x\n")]
    [InlineData("memory/docker/1f2e/memory.usage_in_bytes", "")]
    [InlineData("memory/docker/1f2e/memory.stat", "hierarchical_memory_limit 900\n")]
    [InlineData("blkio/docker/1f2e/blkio.throttle.io_service_bytes", "8:0 Read x\n")]
    public void Read_AMalformedFileOfVersionOne_IsMissingAndNoted(string file, string content)
    {
        WriteVersionOne();
        _machine.Write($"sys/fs/cgroup/{file}", content);

        ContainerUsage container = _machine.Container()!;

        Assert.Equal(file.EndsWith("cpuacct.usage", StringComparison.Ordinal), container.CpuTime is null);
        Assert.Equal(file.Contains("cfs", StringComparison.Ordinal), container.CpuLimit is null);
        Assert.Equal(file.StartsWith("memory", StringComparison.Ordinal), container.MemoryWorkingSet is null);
        Assert.Equal(file.StartsWith("blkio", StringComparison.Ordinal), container.DiskBytesRead is null);
        Assert.StartsWith($"sys/fs/cgroup/{file}: ", Assert.Single(_machine.Troubles()), StringComparison.Ordinal);
    }

    private void WriteVersionOne() => _machine
        .Write("proc/self/cgroup", "5:blkio:/docker/1f2e\n4:memory:/docker/1f2e\n2:cpu,cpuacct:/docker/1f2e\n1:name=systemd:/docker/1f2e\n")
        .Write(
            "proc/self/mountinfo",
            "31 23 0:29 / /sys/fs/cgroup/cpu,cpuacct rw shared:1 - cgroup cgroup rw,cpu,cpuacct\n"
            + "32 23 0:30 / /sys/fs/cgroup/memory rw shared:2 - cgroup cgroup rw,memory\n33 23 0:31 / /sys/fs/cgroup/blkio rw - cgroup cgroup rw,blkio\n")
        .Write("sys/fs/cgroup/cpu,cpuacct/release_agent", "\n").Write("sys/fs/cgroup/memory/release_agent", "\n").Write("sys/fs/cgroup/blkio/release_agent", "\n")
        .Write("sys/fs/cgroup/cpu,cpuacct/docker/1f2e/cpuacct.usage", "7000000000\n")
        .Write("sys/fs/cgroup/cpu,cpuacct/docker/1f2e/cpu.cfs_quota_us", "-1\n").Write("sys/fs/cgroup/cpu,cpuacct/docker/1f2e/cpu.cfs_period_us", "100000\n")
        .Write("sys/fs/cgroup/cpu,cpuacct/docker/1f2e/cpu.stat", "nr_periods 4\nnr_throttled 3\nthrottled_time 1\n")
        .Write("sys/fs/cgroup/cpu,cpuacct/docker/cpu.cfs_quota_us", "25000\n").Write("sys/fs/cgroup/cpu,cpuacct/docker/cpu.cfs_period_us", "100000\n")
        .Write("sys/fs/cgroup/cpu,cpuacct/docker/cpu.stat", "nr_periods 40\nnr_throttled 30\nthrottled_time 1500000000\n")
        .Write("sys/fs/cgroup/memory/docker/1f2e/memory.usage_in_bytes", "700\n")
        .Write("sys/fs/cgroup/memory/docker/1f2e/memory.stat", "inactive_file 5\nhierarchical_memory_limit 900\ntotal_inactive_file 100\n")
        .Write("sys/fs/cgroup/blkio/docker/1f2e/blkio.throttle.io_service_bytes", "8:0 Read 11\n8:0 Write 22\n8:0 Sync 33\n8:0 Total 33\nTotal 33\n");
}
