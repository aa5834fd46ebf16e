using Microsoft.Extensions.Time.Testing;
using Varai.Benchmarks.Ratios;

namespace Varai.Architecture.Tests.Measuring;

/// <summary>The benchmark runner's arithmetic, on a clock that only the measured operations move.</summary>
public sealed class RatioRunnerTests
{
    private static readonly RatioSettings Settings = new() { Batches = 100, WarmupBatches = 12, WarmupTime = TimeSpan.Zero, BatchTime = TimeSpan.FromMilliseconds(1) };

    private readonly FakeTimeProvider _clock = new();
    private readonly StringWriter _output = new();

    [Fact]
    public async Task CompareAsync_NoisyBatches_TakesTheFastestOfEachSide()
    {
        int batch = 0;
        await Runner(check: false).CompareAsync(
            new RatioClaim("a.b", atMost: 2, TimeUnit.Microseconds),
            n => Work(n, microseconds: 30 + (batch++ % 7 * 10)),
            n => Work(n, microseconds: 20 + (batch++ % 5 * 10)));

        Assert.Equal("a.b\t30\t20\t1.5\tus", Lines()[0]);
    }

    [Fact]
    public async Task CompareAsync_AsynchronousBatches_AreMeasuredAlike()
    {
        await Runner(check: false).CompareAsync(new RatioClaim("a.b", atMost: 2, TimeUnit.Milliseconds), n => WorkAsync(n, 3000), n => WorkAsync(n, 1000));

        Assert.Equal("a.b\t3\t1\t3\tms", Lines()[0]);
    }

    [Fact]
    public async Task CompareAsync_EverySide_RunsEveryBatchInTurns()
    {
        var order = new List<char>();
        await Runner(check: false).CompareAsync(new RatioClaim("a.b", 1, TimeUnit.Nanoseconds), _ => Turn('o'), _ => Turn('p'));

        string all = string.Concat(order);
        Assert.Equal(12, Settings.WarmupBatches);
        Assert.Equal(
            new string('o', 12) + new string('p', 12)
            + string.Concat(Enumerable.Repeat("oppo", 50))
            + new string('o', Settings.AllocationBatches) + new string('p', Settings.AllocationBatches),
            all);

        void Turn(char side)
        {
            order.Add(side);
            _clock.Advance(TimeSpan.FromMilliseconds(2));
        }
    }

    [Fact]
    public async Task MeasureAsync_ShortOperations_GrowsBatchesToTheWantedLength()
    {
        int longest = 0;
        await Runner(check: false).MeasureAsync(new RatioClaim("a.b", 1, TimeUnit.Microseconds), n =>
        {
            longest = Math.Max(longest, n);
            Work(n, microseconds: 10);
        });

        // The first power of two that lasts a millisecond.
        Assert.Equal(128, longest);
        Assert.Equal("a.b\t10\t-\t-\tus", Lines()[0]);
    }

    [Fact]
    public async Task MeasureAsync_Allocations_AreCountedExactly()
    {
        // An array of 100 bytes: header, length and padding make it 128.
        await Runner(check: true).MeasureAsync(new RatioClaim("a.b", 1, TimeUnit.Milliseconds) { AtMostBytes = 127 }, n =>
        {
            for (int i = 0; i < n; i++)
                RatioRunner.Consume(GC.AllocateUninitializedArray<byte>(100).Length);
            Work(1, microseconds: 1000);
        });

        Assert.Equal("a.b.bytes\t128\t-\t-\tB\t127\tover", Lines()[1]);
    }

    [Theory]
    [InlineData(1.5, "a.b\t30\t20\t1.5\tus\t1.5\tok", 0)]
    [InlineData(1.4, "a.b\t30\t20\t1.5\tus\t1.4\tover", 1)]
    public async Task CompareAsync_Checking_JudgesTheRatio(double atMost, string line, int over)
    {
        var report = new RatioReport(_output, check: true);
        await new RatioRunner(Settings, report, _clock).CompareAsync(
            new RatioClaim("a.b", atMost, TimeUnit.Microseconds), n => Work(n, 30), n => Work(n, 20));

        Assert.Equal(line, Lines()[0]);
        Assert.Equal(over, report.Over);
    }

    [Fact]
    public async Task MeasureAsync_Checking_JudgesTheTimeInTheClaimsUnit()
    {
        var report = new RatioReport(_output, check: true);
        await new RatioRunner(Settings, report, _clock).MeasureAsync(new RatioClaim("a.b", 2.5, TimeUnit.Milliseconds), n => Work(n, 3000));

        Assert.Equal("a.b\t3\t-\t-\tms\t2.5\tover", Lines()[0]);
    }

    [Theory]
    [InlineData("nowhere", "There is no area 'nowhere'.")]
    [InlineData("--smoke --check", "--smoke measures nothing, so there is nothing to --check.")]
    public async Task RunAsync_Misused_SaysWhatThereIs(string args, string complaint)
    {
        var error = new StringWriter();

        Assert.Equal(2, await RatioCommand.RunAsync(args.Split(' '), Areas(), _output, error));
        Assert.Equal([complaint, "Usage: ratios [fine|slow ...] [--check|--smoke]"], error.ToString().TrimEnd().Split(Environment.NewLine));
        Assert.Equal("", _output.ToString());
    }

    [Theory]
    [InlineData("--smoke", 0, "fine slow")]
    [InlineData("slow --smoke", 0, "slow")]
    [InlineData("fine --check", 0, "fine")]
    [InlineData("slow --check", 1, "slow")]
    public async Task RunAsync_AnArea_EndsWithItsVerdict(string args, int code, string names)
    {
        Assert.Equal(code, await RatioCommand.RunAsync(args.Split(' '), Areas(), _output, new StringWriter()));
        Assert.Equal(names.Split(' '), Lines().Select(l => l.Split('\t')[0]));
    }

    private static Dictionary<string, Func<RatioRunner, Task>> Areas() => new(StringComparer.Ordinal)
    {
        ["fine"] = r => Fact(r, "fine"),
        ["slow"] = r => Fact(r, "slow", atMost: 1),
    };

    private static Task Fact(RatioRunner runner, string name, double? atMost = null)
    {
        runner.Fact(name, 2, "B", atMost);
        return Task.CompletedTask;
    }

    private RatioRunner Runner(bool check) => new(Settings, new RatioReport(_output, check), _clock);

    private string[] Lines() => _output.ToString().TrimEnd().Split(Environment.NewLine);

    private void Work(int iterations, double microseconds) => _clock.Advance(TimeSpan.FromMicroseconds(iterations * microseconds));

    private Task WorkAsync(int iterations, double microseconds)
    {
        Work(iterations, microseconds);
        return Task.CompletedTask;
    }
}
