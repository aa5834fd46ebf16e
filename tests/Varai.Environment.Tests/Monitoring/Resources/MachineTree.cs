using Varai.Monitoring;
using Varai.Monitoring.Resources;
using Varai.Tests.TestResources;

namespace Varai.Tests.Monitoring.Resources;

/// <summary>The kernel's files of a machine of our making, in a folder: two processors, nothing in a container, until something else is
/// written.</summary>
internal sealed class MachineTree : IDisposable
{
    public const string Unlimited = "9223372036854771712";

    private readonly TemporaryFolder _folder = new();

    public MachineTree()
    {
        Files = new SystemFiles(_folder.Root);
        Write("proc/self/stat", "42 (odd ) name) S 1 42 42 0 -1 4194304 10 0 0 0 5 6 0 0 20 0 17 0 100 1000000 250 18446744073709551615 1 1\n");
        Write("proc/self/status", "Name:\tx\nCpus_allowed:\t3\nCpus_allowed_list:\t0-1\n");
        Write("proc/self/io", "rchar: 9\nwchar: 9\nread_bytes: 4096\nwrite_bytes: 8192\n");
        Write("proc/self/cgroup", "0::/\n");
        Write("proc/self/mountinfo", "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n30 22 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
        Write("proc/self/net/dev", "Inter-|   Receive                    |  Transmit\n face |bytes    packets errs drop\n  eth0: 1000 10 1 2 0 0 0 0 500 5 3 4 0 0 0 0\n    lo: 77 1 0 0 0 0 0 0 77 1 0 0 0 0 0 0\n");
        Write("proc/stat", "cpu  100 10 50 800 20 3 7 10 5 0\ncpu0 50 5 25 400 10 1 4 5 0 0\ncpu1 50 5 25 400 10 2 3 5 5 0\nintr 1\n");
        Write("proc/meminfo", "MemTotal:       1000 kB\nMemFree:         300 kB\nMemAvailable:    600 kB\nBuffers:          50 kB\nCached:          200 kB\nSReclaimable:     40 kB\n");
        Write("proc/diskstats", "   8       0 sda 10 0 20 30 40 0 50 60 0 70 90 0 0 0 0 0 0\n   8       1 sda1 9 0 20 30 40 0 50 60 0 70 90\n");
        Folder("sys/block/sda");
        Folder("sys/fs/cgroup");
        Reader = new LinuxResourceReader(Files, () => CpuTime, path => Space.TryGetValue(path, out FileSystemSpace space) ? space : null);
    }

    public SystemFiles Files { get; }

    public LinuxResourceReader Reader { get; }

    public ProcessCpuTime CpuTime { get; set; } = new(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(1));

    public Dictionary<string, FileSystemSpace> Space { get; } = new() { ["/"] = new FileSystemSpace(1000, 400, 300) };

    public DateTimeOffset Now { get; set; } = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    public MachineTree Write(string path, string text)
    {
        _folder.Write(path, text);
        return this;
    }

    public MachineTree Folder(string path)
    {
        Directory.CreateDirectory(_folder.File(path));
        return this;
    }

    public MachineTree Delete(string path)
    {
        File.Delete(_folder.File(path));
        return this;
    }

    /// <summary>Makes a file that nobody can read, not even an administrator: one that is too long.</summary>
    public MachineTree MakeUnreadable(string path)
    {
        Write(path, "");
        using FileStream file = File.OpenWrite(_folder.File(path));
        file.SetLength(5 << 20);
        return this;
    }

    /// <summary>A group of version 2 with everything on.</summary>
    public MachineTree WriteGroupV2(string path, string cpuMax = "max 100000", string memoryMax = "max", long throttled = 0) =>
        Write($"{path}/cgroup.events", "populated 1\n")
        .Write($"{path}/cpu.max", $"{cpuMax}\n")
        .Write($"{path}/cpu.stat", $"usage_usec 5000000\nuser_usec 4000000\nsystem_usec 1000000\nnr_periods 200\nnr_throttled {throttled}\nthrottled_usec 2500000\n")
        .Write($"{path}/memory.max", $"{memoryMax}\n")
        .Write($"{path}/memory.current", "700\n")
        .Write($"{path}/memory.stat", "anon 400\nfile 300\ninactive_file 200\nactive_file 100\n")
        .Write($"{path}/io.stat", "8:0 rbytes=1000 wbytes=50 rios=3 wios=4 dbytes=0 dios=0\n8:16 \n253:0 rbytes=500 wbytes=7 rios=1 wios=1\n");

    public ResourceUsage Read() => Reader.Read(Now);

    public ContainerUsage? Container() => Read().Container;

    public string[] Troubles() => [.. Reader.TakeTroubles().Select(t => $"{Path.GetRelativePath(_folder.Root, t.Path)}: {t.Reason}")];

    public void Dispose()
    {
        Reader.Dispose();
        _folder.Dispose();
    }
}
