using System.Diagnostics;
using System.Globalization;
using System.Net.NetworkInformation;
using Microsoft.Extensions.Logging.Abstractions;
using Varai.Monitoring;
using Varai.Monitoring.Resources;
using Varai.Tests.TestResources;

namespace Varai.Tests.Monitoring.Resources;

/// <summary>This machine, against others who read it. Whatever changes meanwhile is read by the other before and after.</summary>
public sealed class ResourceMachineTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Read_TheProcess_IsWhatDotnetSays()
    {
        Require.That(OperatingSystem.IsLinux(), "the readings of Linux need Linux");
        using IResourceReader reader = Linux();
        using var process = Process.GetCurrentProcess();
        TimeSpan before = process.TotalProcessorTime;

        ProcessUsage usage = reader.Read(default).Process;

        process.Refresh();
        Assert.InRange(usage.CpuTime, before - TimeSpan.FromMilliseconds(20), process.TotalProcessorTime + TimeSpan.FromMilliseconds(20)); // its ticks are of 10 ms
        Assert.InRange(usage.MemoryUsage!.Value, process.WorkingSet64 / 2, process.PeakWorkingSet64);
        Assert.InRange(usage.VirtualMemory!.Value, usage.MemoryUsage.Value, long.MaxValue);
        Assert.InRange(usage.ThreadCount!.Value, 1, 10_000);
        Assert.InRange(usage.CpuCount, 0.01, Environment.ProcessorCount);
        Assert.Empty(reader.TakeTroubles());
    }

    [Fact]
    public async Task Read_TheMachinesMemory_IsWhatFreeSays()
    {
        string free = Program("free");
        using IResourceReader reader = Linux();
        Command command = await Command.RunAsync(free, ["-b"], "/", Token);
        HostUsage usage = reader.Read(default).Host;

        // Mem: total used free shared buff/cache available
        long[] said = [.. command.Output.Split('\n').First(l => l.StartsWith("Mem:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(n => long.Parse(n, CultureInfo.InvariantCulture))];
        Assert.Equal(said[0], usage.MemoryTotal);
        Assert.InRange(usage.MemoryAvailable!.Value, 0, usage.MemoryTotal!.Value);
        Assert.Equal(usage.MemoryTotal, usage.MemoryUsed + usage.MemoryFree + usage.MemoryBuffers + usage.MemoryCached);
    }

    [Fact]
    public async Task Read_TheRootFileSystem_IsWhatDfSays()
    {
        string df = Program("df");
        using IResourceReader reader = Linux();
        Command command = await Command.RunAsync(df, ["-B1", "--output=size", "/"], "/", Token);

        FileSystemUsage usage = reader.Read(default).FileSystems.Single(s => s.MountPoint == "/");

        Assert.Equal(long.Parse(command.Output.Split('\n')[1].Trim(), CultureInfo.InvariantCulture), usage.Size);
        Assert.InRange(usage.Used, 1, usage.Size);
        Assert.InRange(usage.Available, 0, usage.Size - usage.Used);
    }

    [Fact]
    public void Read_TotalsOfTheMachine_LieBetweenWhatTheKernelSaidBeforeAndAfter()
    {
        Require.That(OperatingSystem.IsLinux(), "the readings of Linux need Linux");
        using IResourceReader reader = Linux();
        (TimeSpan cpuBefore, long diskBefore, long netBefore) = Totals();

        ResourceUsage usage = reader.Read(default);

        (TimeSpan cpuAfter, long diskAfter, long netAfter) = Totals();
        Assert.InRange(usage.Host.CpuTime!.Total, cpuBefore, cpuAfter);
        Assert.InRange(usage.Disks.Sum(d => d.BytesRead), diskBefore, diskAfter);
        Assert.InRange(usage.Networks.Sum(n => n.BytesReceived), netBefore, netAfter);
        Assert.Equal(Environment.ProcessorCount, Math.Min(usage.Host.CpuCount, Environment.ProcessorCount));
    }

    [Fact]
    public void Read_Portably_SaysTheSameOfWhatBothKnow()
    {
        using IResourceReader portable = new PortableResourceReader();
        using var process = Process.GetCurrentProcess();
        TimeSpan before = process.TotalProcessorTime;
        ResourceUsage usage = portable.Read(default);
        process.Refresh();

        Assert.InRange(usage.Process.CpuTime, before - TimeSpan.FromMilliseconds(20), process.TotalProcessorTime + TimeSpan.FromMilliseconds(20));
        Assert.InRange(usage.Process.MemoryUsage!.Value, 1, process.PeakWorkingSet64);
        Assert.Contains(usage.FileSystems, s => s.Size > 0);
        Assert.Equal(
            NetworkInterface.GetAllNetworkInterfaces()
                .Where(n => n.NetworkInterfaceType is not (NetworkInterfaceType.Loopback or NetworkInterfaceType.Tunnel) && n.GetIPStatistics().BytesReceived > 0).Select(n => n.Name),
            usage.Networks.Where(n => n.BytesReceived > 0).Select(n => n.Name));
        Assert.Null(usage.Container);
        Assert.Empty(usage.Disks);
        Assert.Empty(portable.TakeTroubles());
    }

    [Fact]
    public void GetUsage_WhileTheProcessWorks_CountsIt()
    {
        using var monitor = new ResourceMonitor(
            OperatingSystem.IsLinux() ? Linux() : new PortableResourceReader(), TimeProvider.System, NullLogger<ResourceMonitor>.Instance);
        ResourceUsage first = monitor.GetUsage();
        ResourceUsage second;
        do
        {
            // Work until the reading is another one, and something was spent.
            second = monitor.GetUsage();
        }
        while (ReferenceEquals(first, second));

        Assert.InRange(second.Process.CpuUtilization!.Value, double.Epsilon, 2);
        Assert.True(second.Process.CpuTime > first.Process.CpuTime);
    }

    // No server of ours: where an image has it not, there is one oracle less.
    private static string Program(string name)
    {
        string? path = OperatingSystem.IsLinux() ? Require.Find([name], Environment.GetEnvironmentVariable("PATH")) : null;
        Assert.SkipWhen(path is null, $"{name} is not on this machine.");
        return path;
    }

    private static LinuxResourceReader Linux() => new(new SystemFiles("/"), ProcessCpuTime.Read, FileSystemSpace.Read);

    private static (TimeSpan Cpu, long DiskBytesRead, long NetworkBytesReceived) Totals()
    {
        string[] cpu = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return (
            TimeSpan.FromMilliseconds(cpu.Skip(1).Take(8).Sum(t => long.Parse(t, CultureInfo.InvariantCulture)) * 10),
            File.ReadLines("/proc/diskstats").Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(f => Directory.Exists($"/sys/block/{f[2]}") && !f[2].StartsWith("loop", StringComparison.Ordinal) && !f[2].StartsWith("zram", StringComparison.Ordinal) && !f[2].StartsWith("ram", StringComparison.Ordinal))
                .Sum(f => long.Parse(f[5], CultureInfo.InvariantCulture) * 512),
            File.ReadLines("/proc/net/dev").Skip(2).Select(l => l.Split([' ', ':'], StringSplitOptions.RemoveEmptyEntries))
                .Where(f => f[0] != "lo" && !f[0].StartsWith("veth", StringComparison.Ordinal)).Sum(f => long.Parse(f[1], CultureInfo.InvariantCulture)));
    }
}
