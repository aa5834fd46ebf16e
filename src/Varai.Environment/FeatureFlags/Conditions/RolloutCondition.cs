using System.Globalization;
using Varai.Configuration;
using Varai.FeatureFlags.Bucketing;
using Varai.FeatureFlags.Definitions;

namespace Varai.FeatureFlags.Conditions;

/// <summary>The filter <c>Varai.Rollout</c>: a percentage that sticks to an attribute of the context.</summary>
/// <remarks>
/// <para>Parameters: <c>percentage</c> (0 to 100, five digits after the point at most), <c>by</c> (an attribute's name; default
/// <c>targetingKey</c>), <c>seed</c> (default the flag's name; flags with the same seed let in the same people) and
/// <c>bucketing</c> (<c>xxhash3</c>, the default, see <see cref="NativeBucket"/>; or <c>sha256</c>, the bucket of
/// <see cref="MicrosoftBucket"/> over <c>value LF seed</c>).</para>
/// <para>Who is in at one percentage stays in at every higher one. Without the attribute it is not met. An attribute that is no
/// string counts as its text: a whole number below 2^63 as its digits, any other as the shortest text that reads as the same
/// <see cref="double"/>; a boolean as <c>true</c> or <c>false</c>; a moment in UTC as <c>2026-05-01T10:00:00.0000000+00:00</c>.
/// A list is nothing that a percentage could stick to.</para>
/// </remarks>
internal sealed class RolloutCondition : FlagCondition
{
    private const int LongestText = 64;

    private static readonly string[] ParameterNames = ["percentage", "by", "seed", "bucketing"];

    private readonly string _rule;
    private readonly string _by;
    private readonly bool _byTargetingKey;
    private readonly double _percentage;
    private readonly byte[] _seed;
    private readonly bool _microsoft;
    private readonly BucketRange _range;
    private readonly uint _end;
    private string? _decision;

    private RolloutCondition(string rule, string by, string seed, bool microsoft, decimal percentage)
    {
        _rule = rule;
        _by = by;
        _byTargetingKey = string.Equals(by, FlagContext.TargetingKeyName, StringComparison.OrdinalIgnoreCase);
        _percentage = (double)percentage;
        _microsoft = microsoft;
        _seed = microsoft ? MicrosoftBucket.Suffix(seed) : NativeBucket.Prefix(seed);
        _range = microsoft ? new BucketRange(0, _percentage) : default;
        _end = (uint)(percentage * NativeBucket.PerPercent);
    }

    private string Decision => _decision ??= $"{_rule}: {_percentage.ToString("0.#####", CultureInfo.InvariantCulture)} % by {_by}";

    private enum Bucketing
    {
        XxHash3,
        Sha256,
    }

    public static FlagCondition? Compile(ConditionSource source)
    {
        bool sound = TryReadPercentage(source, out decimal percentage);
        sound &= TryReadText(source, "by", "the name of an attribute", FlagContext.TargetingKeyName, out string by);
        sound &= TryReadText(source, "seed", "a string that is not empty", source.Flag, out string seed);
        sound &= ConditionParameters.TryReadWord(source, source.Find("bucketing"), "bucketing", Bucketing.XxHash3, out Bucketing bucketing);
        foreach (ConfigurationMember member in source.Parameters is null ? [] : source.Parameters.MemberSpan())
        {
            if (FlagMembers.FindName(ParameterNames, member.Name) is not null)
                continue;
            source.Errors.Report(
                member.Value.Origin, $"{source.Key}:{member.Name}", "A rollout has no such parameter.",
                string.Join(", ", ParameterNames), didYouMean: Spelling.Nearest(member.Name, ParameterNames));
            sound = false;
        }

        return sound ? new RolloutCondition(source.Rule, by, seed, bucketing == Bucketing.Sha256, percentage) : null;
    }

    public override FlagReach Reach => _percentage >= 100 ? FlagReach.Everybody : _percentage <= 0 ? FlagReach.Nobody : FlagReach.Some;

    public override bool IsMet(ref FlagQuery query)
    {
        if (query.Context is not { } context)
        {
            query.Trace?.Add(_rule, outcome: false, "there is no context that a percentage could stick to");
            return false;
        }

        if (_byTargetingKey)
            return context.TargetingKey is { } key ? IsIn(key, ref query) : IsMissing(FlagValueKind.None, ref query);

        FlagValue value = context.Find(_by);
        if (value.Kind == FlagValueKind.String)
            return IsIn(value.String, ref query);
        Span<char> text = stackalloc char[LongestText];
        return TryFormat(value, text, out int length) ? IsIn(text[..length], ref query) : IsMissing(value.Kind, ref query);
    }

    private bool IsMissing(FlagValueKind kind, ref FlagQuery query)
    {
        query.Trace?.Add(
            Decision, outcome: false, kind == FlagValueKind.Strings ? $"{_by} is a list, which a percentage can't stick to" : $"the context has no {_by}");
        return false;
    }

    private bool IsIn(scoped ReadOnlySpan<char> value, ref FlagQuery query)
    {
        uint bucket = _microsoft ? MicrosoftBucket.Of(value, _seed) : NativeBucket.Of(_seed, value);
        bool met = _microsoft ? _range.Contains(bucket) : bucket < _end;
        if (met)
            query.Decide(FlagReason.Split, Decision);
        query.Trace?.Add(Decision, met, Describe(bucket, met));
        return met;
    }

    private string Describe(uint bucket, bool met) =>
        _microsoft
            ? ConditionParameters.Compare(_range, bucket, _percentage, met)
            : ConditionParameters.Compare(bucket / (double)NativeBucket.PerPercent, _percentage, met);

    private static bool TryFormat(FlagValue value, Span<char> text, out int length)
    {
        length = 0;
        switch (value.Kind)
        {
            case FlagValueKind.Number:
                double number = value.Number;
                return double.IsInteger(number) && Math.Abs(number) < 9223372036854775808.0
                    ? ((long)number).TryFormat(text, out length, default, CultureInfo.InvariantCulture)
                    : number.TryFormat(text, out length, "R", CultureInfo.InvariantCulture);
            case FlagValueKind.Boolean:
                string word = value.Boolean ? "true" : "false";
                word.CopyTo(text);
                length = word.Length;
                return true;
            case FlagValueKind.Time:
                return value.Time.TryFormat(text, out length, "O", CultureInfo.InvariantCulture);
            default:
                return false;
        }
    }

    private static bool TryReadPercentage(ConditionSource source, out decimal percentage)
    {
        const string Expected = "a percentage from 0 to 100 with at most five digits after the point";
        ConfigurationNode? node = source.Find("percentage");
        percentage = 0;
        if (node is null)
        {
            source.Report(null, "percentage", "percentage is missing.", Expected, "nothing");
            return false;
        }

        if (!decimal.TryParse(ConditionParameters.Text(node), NumberStyles.Float, CultureInfo.InvariantCulture, out percentage))
        {
            source.Report(node, "percentage", "percentage is no number.", Expected, FlagErrors.Describe(node));
            return false;
        }

        if (percentage is >= 0 and <= 100 && decimal.IsInteger(percentage * NativeBucket.PerPercent))
            return true;
        source.Report(
            node, "percentage", percentage is >= 0 and <= 100 ? "percentage has too many digits." : "percentage is out of range.",
            Expected, percentage.ToString(CultureInfo.InvariantCulture));
        return false;
    }

    private static bool TryReadText(ConditionSource source, string name, string expected, string fallback, out string text)
    {
        ConfigurationNode? node = source.Find(name);
        text = ConditionParameters.Text(node) ?? fallback;
        if (node is null || text.Length > 0 && ConditionParameters.Text(node) is not null)
            return true;
        source.Report(node, name, $"{name} is {(text.Length == 0 ? "empty" : "no string")}.", expected, text.Length == 0 ? "an empty string" : FlagErrors.Describe(node));
        return false;
    }
}
