using System.IO.Hashing;
using System.Runtime.InteropServices;
using Varai.FeatureFlags.Evaluation;

namespace Varai.FeatureFlags.Exposures;

/// <summary>What the counts and exposures of one flag have in common, made once so that counting allocates nothing.</summary>
internal sealed class ExposedFlag
{
    public const string KeyTag = "feature_flag.key";
    public const string VariantTag = "feature_flag.result.variant";
    public const string ReasonTag = "feature_flag.result.reason";

    // In the order of FlagReason, spelt as OpenTelemetry spells them.
    private static readonly string[] Reasons = ["static", "default", "targeting_match", "split", "disabled", "unknown", "error"];

    // Differs from the seeds of every rollout, so that a sample is no part of one.
    private const long Salt = 0x6578706F73757265;

    private const int FirstVariant = 2; // after off and on

    private readonly CompiledFlag _flag;
    private readonly KeyValuePair<string, object?>[]?[] _tags;

    public ExposedFlag(CompiledFlag flag)
    {
        _flag = flag;
        _tags = new KeyValuePair<string, object?>[]?[(FirstVariant + flag.Variants.Count) * Reasons.Length];
        Seed = unchecked((long)XxHash3.HashToUInt64(Bytes(flag.Name), Salt));
    }

    /// <summary>What the flag adds to each hash over a targeting key.</summary>
    public long Seed { get; }

    /// <summary>OpenTelemetry's word for a reason.</summary>
    public static string NameOf(FlagReason reason) => Reasons[(int)reason];

    /// <summary>The variant's name; where a flag has assigned none, whether it is on.</summary>
    public static string VariantOf(in FlagOutcome outcome) => outcome.Variant?.Name ?? (outcome.IsEnabled ? "on" : "off");

    public static ReadOnlySpan<byte> Bytes(string text) => MemoryMarshal.AsBytes(text.AsSpan());

    /// <summary>The tags of a count: bounded by the flags that are defined, their variants and the reasons.</summary>
    public ReadOnlySpan<KeyValuePair<string, object?>> TagsOf(in FlagOutcome outcome)
    {
        int slot = (IndexOf(in outcome) * Reasons.Length) + (int)outcome.Reason;
        return _tags[slot] ??=
        [
            new(KeyTag, _flag.Name),
            new(VariantTag, VariantOf(in outcome)),
            new(ReasonTag, NameOf(outcome.Reason)),
        ];
    }

    private int IndexOf(in FlagOutcome outcome)
    {
        IReadOnlyList<CompiledVariant> variants = _flag.Variants;
        for (int i = 0; outcome.Variant is not null && i < variants.Count; i++)
        {
            if (ReferenceEquals(variants[i].Variant, outcome.Variant))
                return FirstVariant + i;
        }

        return outcome.IsEnabled ? 1 : 0;
    }
}
