using Varai.FeatureFlags.Definitions;

namespace Varai.FeatureFlags.Evaluation;

/// <summary>The variants of a flag that its allocation may name.</summary>
/// <param name="variants">The variants.</param>
/// <param name="isStrict">Whether a name that none of them has is a mistake. Microsoft's files may name a variant that does not exist,
/// and then the default counts; in ours it is one.</param>
internal readonly struct AllocationTargets(CompiledVariant[] variants, bool isStrict)
{
    /// <summary>The variant that a rule gives.</summary>
    public CompiledVariant? Require(FlagMembers rule)
    {
        if (isStrict && rule.Find("variant") is null)
            rule.Report(null, "", "A rule of an allocation needs a variant.", "a member 'variant' with the name of a variant", "none");
        return Find(rule, "variant");
    }

    /// <summary>The variant that a member names; null when it is absent or names none.</summary>
    public CompiledVariant? Find(FlagMembers members, string name)
    {
        if (members.Text(name, "The name of a variant") is not { } wanted)
            return null;
        CompiledVariant? found = Find(variants, wanted);
        if (found is null && isStrict)
        {
            string[] names = [.. variants.Select(v => v.Variant.Name)];
            members.Errors.Report(members.Find(name)!.Origin, members.Key.Of(name), "The flag has no such variant.",
                names.Length == 0 ? "the name of a variant; there are none" : $"one of {string.Join(", ", names)}", $"'{wanted}'", Spelling.Nearest(wanted, names));
        }

        return found;
    }

    /// <summary>The variant with a name.</summary>
    public static CompiledVariant? Find(ReadOnlySpan<CompiledVariant> variants, string name)
    {
        foreach (CompiledVariant variant in variants)
        {
            if (variant.Variant.Name == name)
                return variant;
        }

        return null;
    }
}
