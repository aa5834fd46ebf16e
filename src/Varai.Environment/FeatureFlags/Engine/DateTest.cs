namespace Varai.FeatureFlags.Engine;

/// <summary>Compares the attribute as a moment.</summary>
internal sealed class DateTest(AttributeCondition condition, long operand) : AttributeTest(condition)
{
    private readonly bool _isBefore = condition.Operator == AttributeOperator.Before;

    protected override FlagVerdict TestOne(in FlagValue value) => AttributeValues.TryReadDate(value, out long ticks)
        ? Of(_isBefore ? ticks < operand : ticks > operand)
        : FlagVerdict.Undecided;
}
