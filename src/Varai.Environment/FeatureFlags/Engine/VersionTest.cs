namespace Varai.FeatureFlags.Engine;

/// <summary>Compares the attribute as a semantic version.</summary>
internal sealed class VersionTest(AttributeCondition condition, string operand) : AttributeTest(condition)
{
    private readonly AttributeOperator _operator = condition.Operator;

    protected override FlagVerdict TestOne(in FlagValue value)
    {
        if (!SemanticVersion.TryParse(value.Text, out SemanticVersion version) || !SemanticVersion.TryParse(operand, out SemanticVersion other))
            return FlagVerdict.Undecided;
        int comparison = version.CompareWith(other);
        return Of(_operator switch
        {
            AttributeOperator.VersionEquals => comparison == 0,
            AttributeOperator.VersionLessThan => comparison < 0,
            AttributeOperator.VersionAtMost => comparison <= 0,
            AttributeOperator.VersionGreaterThan => comparison > 0,
            _ => comparison >= 0,
        });
    }
}
