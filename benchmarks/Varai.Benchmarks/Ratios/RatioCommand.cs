using System.Globalization;

namespace Varai.Benchmarks.Ratios;

/// <summary>The command line <c>ratios [area ...] [--check] [--smoke]</c>.</summary>
internal static class RatioCommand
{
    private const int Good = 0;
    private const int OverLimit = 1;
    private const int Misuse = 2;

    /// <summary>Runs the areas named, or all.</summary>
    /// <returns>0; 1 when <c>--check</c> is given and a claim is over its limit; 2 for arguments that mean nothing.</returns>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> args, IReadOnlyDictionary<string, Func<RatioRunner, Task>> areas, TextWriter output, TextWriter error)
    {
        bool check = args.Contains("--check");
        bool smoke = args.Contains("--smoke");
        string[] names = [.. args.Where(a => a is not ("--check" or "--smoke"))];

        string? complaint =
            names.FirstOrDefault(n => !areas.ContainsKey(n)) is { } unknown ? $"There is no area '{unknown}'."
            : check && smoke ? "--smoke measures nothing, so there is nothing to --check."
            : null;
        if (complaint is not null)
        {
            await error.WriteLineAsync(complaint);
            await error.WriteLineAsync($"Usage: ratios [{string.Join("|", areas.Keys)} ...] [--check|--smoke]");
            return Misuse;
        }

        var report = new RatioReport(output, check);
        var runner = new RatioRunner(smoke ? RatioSettings.Smoke : RatioSettings.Full, report, TimeProvider.System);
        foreach (string name in names.Length == 0 ? areas.Keys : names)
            await areas[name](runner);

        if (report.Over == 0)
            return Good;

        await error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{report.Over} over the limit."));
        return OverLimit;
    }
}
