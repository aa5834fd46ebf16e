using Varai.Configuration;
using Varai.FeatureFlags.Evaluation;
using Varai.FeatureFlags.Stores;

namespace Varai.FeatureFlags.Declarations;

/// <summary>Compares the declared flags with the present snapshot.</summary>
internal sealed class FlagDeclarations(
    IEnumerable<DeclaredFlags> declared,
    FeatureFlagFeed feed,
    IFeatureFlagStore store,
    IEnvironmentConfiguration configuration,
    OtherEnvironmentsRule others) : IFlagDeclarations
{
    public IReadOnlyList<Flag> Declared { get; } = [.. declared.SelectMany(d => d.Flags).Distinct()];

    public FlagDeclarationReport Check()
    {
        FeatureFlagSnapshot snapshot = feed.Current;
        var names = Declared.Select(f => f.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return new FlagDeclarationReport(
            [.. names.Where(n => snapshot.Find(n) is null).Order(StringComparer.Ordinal).Select(n => Describe(n, snapshot))],
            [.. snapshot.Names.Where(n => !names.Contains(n))],
            [.. Declared.OrderBy(f => f.Name, StringComparer.Ordinal).Select(f => FindMismatch(f, snapshot)).OfType<MismatchedFlag>()]);
    }

    private UndefinedFlag Describe(string flag, FeatureFlagSnapshot snapshot)
    {
        // What the files of other environments say means something only where this one's come from files, too.
        IReadOnlyList<string> definedIn = store is ConfigurationFeatureFlagStore ? others.EnvironmentsOf(flag, configuration.EnvironmentName) : [];
        return new UndefinedFlag(flag, definedIn, Spelling.Nearest(flag, snapshot.Names));
    }

    private static MismatchedFlag? FindMismatch(Flag flag, FeatureFlagSnapshot snapshot) =>
        snapshot.Find(flag) is { } found && FindProblem(flag, found.Variants) is { } problem
            ? new MismatchedFlag(flag.Name, flag.ValueType, problem)
            : null;

    private static string? FindProblem(Flag flag, IReadOnlyList<CompiledVariant> variants)
    {
        if (flag is Flag<bool> { JsonType: null })
        {
            // A flag that is only on or off does not read what its variants hold.
            return variants.Any(v => v.Variant.Value is not null) && variants.All(v => v.Override == StatusOverride.None)
                ? $"the variants of its definition ({Names(variants)}) have values, which are not read then"
                : null;
        }

        if (variants.Count == 0)
            return "its definition has no variants, so that it always has its default";
        CompiledVariant[] misfits = [.. variants.Where(v => !flag.Fits(v.Variant))];
        return misfits.Length == 0 ? null : $"{(misfits.Length == 1 ? "the variant" : "the variants")} {Names(misfits)} of its definition can't be read as that";
    }

    private static string Names(IEnumerable<CompiledVariant> variants) => string.Join(", ", variants.Select(v => $"'{v.Variant.Name}'"));
}
