using BenchmarkDotNet.Running;
using Varai.Benchmarks.Ratios;

namespace Varai.Benchmarks;

internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        if (args is ["ratios", .. string[] rest])
            return await RatioCommand.RunAsync(rest, Areas.All, Console.Out, Console.Error);

        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return 0;
    }
}
