namespace Varai.FeatureFlags.Engine;

/// <summary>Compares an attribute of the context.</summary>
internal abstract class AttributeTest(AttributeCondition condition) : CompiledCondition
{
    public sealed override FlagVerdict Test(FlagContext? context)
    {
        if (context is null)
            return FlagVerdict.Undecided;
        FlagValue value = context[condition.Attribute];
        return value.Kind switch
        {
            FlagValueKind.None => WhenAbsent(),
            FlagValueKind.List => TestList(value.List),
            _ => TestOne(value),
        };
    }

    public sealed override string Explain(FlagContext? context)
    {
        string found = context is null ? Words.NoContext
            : context[condition.Attribute] is { Kind: not FlagValueKind.None } value ? $"it is '{value}'"
            : "it is absent";
        return $"the attribute '{condition.Attribute}' {Asked()}; {found}";
    }

    protected virtual FlagVerdict WhenAbsent() => FlagVerdict.Undecided;

    /// <summary>A value that is no list.</summary>
    protected abstract FlagVerdict TestOne(in FlagValue value);

    protected virtual FlagVerdict TestList(IReadOnlyList<string> list)
    {
        FlagVerdict verdict = FlagVerdict.No;
        for (int i = 0; i < list.Count; i++)
        {
            FlagVerdict one = TestOne(FlagValue.FromString(list[i]));
            if (one == FlagVerdict.Yes)
                return one;
            if (one == FlagVerdict.Undecided)
                verdict = one;
        }

        return verdict;
    }

    private string Asked()
    {
        string values = Words.List(condition.Values);
        return condition.Operator switch
        {
            AttributeOperator.In => $"is one of {values}",
            AttributeOperator.NotIn => $"is none of {values}",
            AttributeOperator.LessThan => $"is less than {values}",
            AttributeOperator.AtMost => $"is at most {values}",
            AttributeOperator.GreaterThan => $"is greater than {values}",
            AttributeOperator.AtLeast => $"is at least {values}",
            AttributeOperator.StartsWith => $"starts with one of {values}",
            AttributeOperator.EndsWith => $"ends with one of {values}",
            AttributeOperator.Contains => $"contains one of {values}",
            AttributeOperator.Matches => $"matches one of {values}",
            AttributeOperator.Before => $"is before {values}",
            AttributeOperator.After => $"is after {values}",
            AttributeOperator.VersionEquals => $"is the version {values}",
            AttributeOperator.VersionLessThan => $"is a version before {values}",
            AttributeOperator.VersionAtMost => $"is a version not after {values}",
            AttributeOperator.VersionGreaterThan => $"is a version after {values}",
            AttributeOperator.VersionAtLeast => $"is a version not before {values}",
            _ => "is there",
        };
    }
}
