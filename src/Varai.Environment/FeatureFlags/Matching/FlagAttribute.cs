namespace Varai.FeatureFlags.Matching;

/// <summary>The attribute that a clause asks for.</summary>
internal readonly struct FlagAttribute(string name)
{
    private readonly bool _isReserved = name.Equals(FlagContext.TargetingKeyName, StringComparison.OrdinalIgnoreCase)
        || name.Equals(FlagContext.GroupsName, StringComparison.OrdinalIgnoreCase);

    public string Name { get; } = name;

    public FlagValue Read(FlagContext context) => _isReserved ? context.Find(Name) : context[Name];
}
