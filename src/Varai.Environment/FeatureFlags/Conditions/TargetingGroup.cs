using Varai.FeatureFlags.Bucketing;

namespace Varai.FeatureFlags.Conditions;

/// <summary>A group that targeting lets in, wholly or by a percentage of its members.</summary>
internal sealed class TargetingGroup
{
    private readonly byte[] _suffix;
    private readonly BucketRange _range;
    private readonly double _percentage;
    private readonly string _rule;
    private string? _decision;

    public TargetingGroup(string rule, string flag, string name, double percentage)
    {
        Name = name;
        _suffix = MicrosoftBucket.Suffix(flag, name);
        _range = new BucketRange(0, percentage);
        _percentage = percentage;
        Reason = _range.IsFull ? FlagReason.TargetingMatch : FlagReason.Split;
        _rule = rule;
    }

    public string Name { get; }

    public FlagReason Reason { get; }

    /// <summary>Made when it is first told.</summary>
    public string Decision => _decision ??= _range.IsFull
        ? $"{_rule}: group {Name}"
        : $"{_rule}: group {Name} at {ConditionParameters.Percent(_percentage)}";

    public bool Contains(string? user, FlagTrace? trace)
    {
        uint bucket = _range.IsFull || _range.IsEmpty ? 0 : MicrosoftBucket.Of(user, _suffix);
        bool isIn = _range.Contains(bucket);
        trace?.Add(Decision, isIn, ConditionParameters.Compare(_range, bucket, _percentage, isIn));
        return isIn;
    }
}
