using Varai.Benchmarks.Configuration;
using Varai.Benchmarks.Data;
using Varai.Benchmarks.FeatureFlags;
using Varai.Benchmarks.Monitoring;
using Varai.Benchmarks.Promotion;
using Varai.Benchmarks.Ratios;
using Varai.Benchmarks.Runner;
using Varai.Benchmarks.Secrets;
using Varai.Benchmarks.State;

namespace Varai.Benchmarks;

/// <summary>The areas that <c>ratios</c> can measure.</summary>
internal static class Areas
{
    public static readonly IReadOnlyDictionary<string, Func<RatioRunner, Task>> All =
        new SortedDictionary<string, Func<RatioRunner, Task>>(StringComparer.Ordinal)
        {
            ["configuration"] = ConfigurationRatios.RunAsync,
            ["data"] = DataRatios.RunAsync,
            ["flags"] = FlagRatios.RunAsync,
            ["monitoring"] = MonitoringRatios.RunAsync,
            ["promotion"] = PromotionRatios.RunAsync,
            ["runner"] = RunnerRatios.RunAsync,
            ["secrets"] = SecretRatios.RunAsync,
            ["state"] = StateRatios.RunAsync,
        };
}
