namespace Varai.FeatureFlags.Engine;

/// <summary>Looks for text at the beginning, at the end, or anywhere in the attribute.</summary>
internal sealed class TextTest(AttributeCondition condition) : AttributeTest(condition)
{
    private readonly AttributeOperator _operator = condition.Operator;
    private readonly string[] _values = [.. condition.Values];
    private readonly StringComparison _comparison = condition.IgnoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    protected override FlagVerdict TestOne(in FlagValue value)
    {
        if (value.Text is not { } text)
            return FlagVerdict.Undecided;
        foreach (string part in _values)
        {
            bool holds = _operator switch
            {
                AttributeOperator.StartsWith => text.StartsWith(part, _comparison),
                AttributeOperator.EndsWith => text.EndsWith(part, _comparison),
                _ => text.Contains(part, _comparison),
            };
            if (holds)
                return FlagVerdict.Yes;
        }

        return FlagVerdict.No;
    }
}
