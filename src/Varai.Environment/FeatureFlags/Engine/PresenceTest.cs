namespace Varai.FeatureFlags.Engine;

/// <summary>Holds when the attribute is there.</summary>
internal sealed class PresenceTest(AttributeCondition condition) : AttributeTest(condition)
{
    protected override FlagVerdict WhenAbsent() => FlagVerdict.No;

    protected override FlagVerdict TestOne(in FlagValue value) => FlagVerdict.Yes;

    protected override FlagVerdict TestList(IReadOnlyList<string> list) => FlagVerdict.Yes;
}
