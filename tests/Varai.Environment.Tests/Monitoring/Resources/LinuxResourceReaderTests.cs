using Varai.Monitoring;
using Varai.Monitoring.Resources;

namespace Varai.Tests.Monitoring.Resources;

public sealed class LinuxResourceReaderTests : IDisposable
{
    private readonly MachineTree _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Read_TheProcess_IsWhatTheKernelSays()
    {
        ProcessUsage process = _machine.Read().Process;

        Assert.Equal(TimeSpan.FromSeconds(4), process.CpuTime);
        Assert.Equal(2, process.CpuCount);
        Assert.Equal(17, process.ThreadCount);
        Assert.Equal(1000000, process.VirtualMemory);
        Assert.Equal(250L * Environment.SystemPageSize, process.MemoryUsage);
        Assert.Equal((4096, 8192), (process.DiskBytesRead, process.DiskBytesWritten));
        Assert.Null(process.CpuUtilization);
        Assert.Empty(_machine.Troubles());
    }

    [Theory]
    [InlineData("0", 1)]
    [InlineData("1,3", 2)]
    [InlineData("0-3,7,9-10", 7)]
    public void Read_TheProcessorsThatTheProcessMayUse_AreCounted(string list, int count)
    {
        _machine.Write("proc/self/status", $"Name:\tx\nCpus_allowed_list:\t{list}\nMems_allowed_list:\t0-5\n");

        Assert.Equal(count, _machine.Read().Process.CpuCount);
    }

    [Theory]
    [InlineData("status", "Name:\tx\n")]
    [InlineData("status", "Cpus_allowed_list:\t3-1\n")]
    [InlineData("status", "Cpus_allowed_list:\t\n")]
    [InlineData("stat", "42 (x) S 1 2 3\n")]
    [InlineData("stat", "")]
    [InlineData("io", "read_bytes: 1\n")]
    public void Read_AMalformedFileOfTheProcess_IsMissingAndNoted(string file, string content)
    {
        _machine.Write($"proc/self/{file}", content);

        ProcessUsage process = _machine.Read().Process;

        Assert.Equal(2, process.CpuCount); // as many as the machine has
        Assert.Equal(file == "stat", process.MemoryUsage is null);
        Assert.Equal(file == "stat", process.ThreadCount is null);
        Assert.Equal(file == "io", process.DiskBytesWritten is null);
        Assert.StartsWith($"proc/self/{file}: ", Assert.Single(_machine.Troubles()), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TheMachine_IsWhatTheKernelSays()
    {
        HostUsage host = _machine.Read().Host;

        Assert.Equal(2, host.CpuCount);
        Assert.Equal(
            new HostCpuTime
            {
                User = TimeSpan.FromSeconds(1),
                Nice = TimeSpan.FromSeconds(0.1),
                System = TimeSpan.FromSeconds(0.5),
                Idle = TimeSpan.FromSeconds(8),
                IoWait = TimeSpan.FromSeconds(0.2),
                Interrupt = TimeSpan.FromSeconds(0.1),
                Steal = TimeSpan.FromSeconds(0.1),
            },
            host.CpuTime);
        Assert.Equal(TimeSpan.FromSeconds(10), host.CpuTime!.Total);
        Assert.Equal(1000 * 1024, host.MemoryTotal);
        Assert.Equal(600 * 1024, host.MemoryAvailable);
        Assert.Equal((300 * 1024, 50 * 1024, 240 * 1024, 410 * 1024), (host.MemoryFree, host.MemoryBuffers, host.MemoryCached, host.MemoryUsed));
    }

    [Theory]
    [InlineData("stat", "cpu  1 2 3\ncpu0 1 2 3\n")]
    [InlineData("stat", "")]
    [InlineData("meminfo", "MemFree: 1 kB\nBuffers: 1 kB\nCached: 1 kB\nMemAvailable: 1 kB\n")]
    [InlineData("meminfo", "MemTotal: much\nMemFree: 1 kB\nBuffers: 1 kB\nCached: 1 kB\nMemAvailable: 1 kB\n")]
    public void Read_AMalformedFileOfTheMachine_IsMissingAndNoted(string file, string content)
    {
        _machine.Write($"proc/{file}", content);

        HostUsage host = _machine.Read().Host;

        Assert.Equal(file == "stat", host.CpuTime is null);
        Assert.True(host.CpuCount > 0);
        Assert.Equal(file == "meminfo", host.MemoryTotal is null);
        Assert.Equal(file == "meminfo", host.MemoryUsed is null);
        Assert.StartsWith($"proc/{file}: ", Assert.Single(_machine.Troubles()), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NothingOfTheMachine_IsMissingWithoutANote()
    {
        foreach (string file in (string[])["proc/stat", "proc/meminfo", "proc/diskstats", "proc/self/net/dev", "proc/self/stat", "proc/self/status", "proc/self/io", "proc/self/mountinfo"])
            _machine.Delete(file);

        ResourceUsage usage = _machine.Read();

        Assert.Null(usage.Host.CpuTime);
        Assert.Equal(Environment.ProcessorCount, usage.Host.CpuCount);
        Assert.Null(usage.Host.MemoryTotal);
        Assert.Null(usage.Process.MemoryUsage);
        Assert.Null(usage.Process.DiskBytesRead);
        Assert.Empty(usage.Disks);
        Assert.Empty(usage.Networks);
        Assert.Empty(usage.FileSystems);
        Assert.Empty(_machine.Troubles());
    }

    [Fact]
    public void Read_AFileThatWasNotThere_IsFoundLater()
    {
        _machine.Delete("proc/meminfo");
        Assert.Null(_machine.Read().Host.MemoryTotal);
        _machine.Write("proc/meminfo", "MemTotal: 7 kB\nMemFree: 1 kB\nBuffers: 1 kB\nCached: 1 kB\nMemAvailable: 1 kB\n");

        for (int i = 0; i < 60; i++)
            _machine.Read();

        Assert.Equal(7 * 1024, _machine.Read().Host.MemoryTotal);
    }

    [Fact]
    public void Read_Disks_AreThoseThatDidSomethingWithoutPartitionsAndImages()
    {
        _machine.Write(
            "proc/diskstats",
            " 7 0 loop0 5 0 8 9 0 0 0 0 0 1 1\n 8 0 sda 10 0 20 30 40 0 50 60 0 70 90 0 0 0 0 0 0\n 8 1 sda1 9 0 20 30 40 0 50 60 0 70 90\n"
            + " 8 16 sdb 0 0 0 0 0 0 0 0 0 0 0\n 104 0 cciss/c0d0 1 0 2 3 0 0 0 0 0 4 4\n 253 0 zram0 1 0 2 3 0 0 0 0 0 4 4\n")
            .Folder("sys/block/sdb").Folder("sys/block/cciss!c0d0").Folder("sys/block/loop0").Folder("sys/block/zram0");

        IReadOnlyList<DiskUsage> disks = _machine.Read().Disks;

        Assert.Equal(["sda", "cciss/c0d0"], disks.Select(d => d.Device));
        Assert.Equal(
            new DiskUsage("sda") { ReadOperations = 10, BytesRead = 20 * 512, WriteOperations = 40, BytesWritten = 50 * 512, BusyTime = TimeSpan.FromMilliseconds(70) },
            disks[0]);
    }

    [Fact]
    public void Read_Networks_AreThoseThatCarriedSomethingWithoutLoopback()
    {
        _machine.Write(
            "proc/self/net/dev",
            "Inter-| Receive | Transmit\n face |bytes packets\n    lo: 7 1 0 0 0 0 0 0 7 1 0 0 0 0 0 0\neth0:1000 10 1 2 0 0 0 0 500 5 3 4 0 0 0 0\n"
            + " veth1a: 5 5 0 0 0 0 0 0 5 5 0 0 0 0 0 0\n  eth1: 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n");

        Assert.Equal(
            [new NetworkUsage("eth0") { BytesReceived = 1000, ErrorsReceived = 1, DroppedReceived = 2, BytesSent = 500, ErrorsSent = 3, DroppedSent = 4 }],
            _machine.Read().Networks);
        Assert.Empty(_machine.Troubles());
    }

    [Fact]
    public void Read_AMalformedLineOfADevice_IsLeftOutAndNoted()
    {
        _machine.Write("proc/diskstats", " 8 0 sda 10 0 x\n").Write("proc/self/net/dev", "h\nh\neth0: 1 2\n");

        ResourceUsage usage = _machine.Read();

        Assert.Empty(usage.Disks);
        Assert.Empty(usage.Networks);
        Assert.Equal(["proc/diskstats: it does not hold the counts of each disk", "proc/self/net/dev: it does not hold the counts of each interface"], _machine.Troubles());
    }

    [Fact]
    public void Read_FileSystems_AreLocalAndEachOnce()
    {
        _machine.Write(
            "proc/self/mountinfo",
            "22 1 0:50 / / rw - overlay overlay rw\n23 22 8:1 /etc/hosts /etc/hosts rw - ext4 /dev/sda1 rw\n24 22 8:16 / /data\\040one rw - xfs /dev/sdb rw\n"
            + "25 22 8:16 /sub /data\\040one/again rw - xfs /dev/sdb rw\n26 22 0:60 / /remote rw - nfs4 server:/x rw\n27 22 7:1 / /snap ro - squashfs /dev/loop1 ro\n"
            + "28 22 0:61 / /tmp rw - tmpfs tmpfs rw\n29 22 0:62 / /pool rw - zfs tank/data rw\n")
            .Write("etc/hosts", "").Folder("data one/again").Folder("remote").Folder("snap").Folder("tmp").Folder("pool");
        foreach (string path in (string[])["/etc/hosts", "/data one", "/data one/again", "/remote", "/snap", "/tmp", "/pool"])
            _machine.Space[path] = new FileSystemSpace(2000, 1000, 900);

        IReadOnlyList<FileSystemUsage> systems = _machine.Read().FileSystems;

        Assert.Equal(["/ overlay", "/pool tank/data", "/data one /dev/sdb"], systems.Select(s => $"{s.MountPoint} {s.Device}"));
        Assert.Equal((1000, 600, 300, 100), (systems[0].Size, systems[0].Used, systems[0].Available, systems[0].Reserved));
    }

    [Fact]
    public void Read_AFileSystemThatCame_IsFoundAfterAMinute()
    {
        Assert.Single(_machine.Read().FileSystems);
        _machine.Write("proc/self/mountinfo", "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n24 22 8:16 / /data rw - xfs /dev/sdb rw\n").Folder("data");
        _machine.Space["/data"] = new FileSystemSpace(2000, 1000, 900);
        Assert.Single(_machine.Read().FileSystems);

        _machine.Now += TimeSpan.FromMinutes(1);

        Assert.Equal(2, _machine.Read().FileSystems.Count);
    }
}
