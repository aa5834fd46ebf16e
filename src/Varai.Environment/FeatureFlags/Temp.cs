using Varai.Configuration;
using Varai.FeatureFlags.Conditions;
namespace Varai.FeatureFlags.Conditions
{
    internal static class ConditionFactory { public static bool TryFind(string name, out Func<ConditionSource, FlagCondition?> c) { c = null!; return false; } public static IReadOnlyList<string> Names => []; }
    internal sealed class MatchCondition { public const string FilterName = "Varai.Match"; public static FlagCondition? Compile(ConditionSource s, Matching.SegmentTable t) => null; }
    internal sealed class SegmentCondition { public const string FilterName = "Varai.Segment"; public static FlagCondition? Compile(ConditionSource s, Matching.SegmentTable t) => null; }
}
namespace Varai.FeatureFlags.Matching
{
    internal sealed class SegmentTable { public static SegmentTable Compile(IReadOnlyList<FeatureSegmentDefinition> s, FlagErrors e) => new(); }
}
namespace Varai.FeatureFlags.Bucketing
{
    internal sealed class BucketRange { public static BucketRange Of(double f, double t) => new(); public bool Contains(uint b) => false; }
    internal sealed class MicrosoftBucket { public MicrosoftBucket(string s) { _ = s; } public uint Of(string? u) => 0; public static double ToPercent(uint b) => 0; }
}
