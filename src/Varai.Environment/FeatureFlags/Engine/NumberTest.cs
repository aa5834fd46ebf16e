namespace Varai.FeatureFlags.Engine;

/// <summary>Compares the attribute as a number.</summary>
internal sealed class NumberTest(AttributeCondition condition, double operand) : AttributeTest(condition)
{
    private readonly AttributeOperator _operator = condition.Operator;

    protected override FlagVerdict TestOne(in FlagValue value) => !AttributeValues.TryReadNumber(value, out double number)
        ? FlagVerdict.Undecided
        : Of(_operator switch
        {
            AttributeOperator.LessThan => number < operand,
            AttributeOperator.AtMost => number <= operand,
            AttributeOperator.GreaterThan => number > operand,
            _ => number >= operand,
        });
}
