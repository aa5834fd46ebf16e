using Varai.FeatureFlags.Conditions;
using Varai.FeatureFlags.Definitions;

namespace Varai.FeatureFlags.Evaluation;

/// <summary>Ties flags to the flags they ask for, and refuses what can never be answered: unknown flags and cycles.</summary>
internal sealed class PrerequisiteLinker(FeatureFlagSnapshot snapshot, FeatureFlagSet set, FlagErrors errors)
{
    // An evaluation goes as deep as the longest chain: this keeps it well within a thread's stack and a microsecond or so.
    private const int MaximumDepth = 32;

    private readonly Dictionary<CompiledFlag, int> _depths = [];
    private readonly List<CompiledFlag> _path = [];

    public void Link()
    {
        foreach (CompiledFlag flag in snapshot.Flags)
        {
            foreach (CompiledPrerequisite prerequisite in flag.Prerequisites)
                Link(flag, prerequisite);
        }

        foreach (CompiledFlag flag in snapshot.Flags)
        {
            if (flag.Prerequisites.Length > 0 && Measure(flag) > MaximumDepth)
            {
                Report(flag, $"The prerequisites of the flag go deeper than {MaximumDepth.ToString(System.Globalization.CultureInfo.InvariantCulture)} flags.");
                return;
            }
        }
    }

    private void Link(CompiledFlag flag, CompiledPrerequisite prerequisite)
    {
        if (snapshot.Find(prerequisite.FlagName) is { } found)
        {
            prerequisite.Flag = found;
            return;
        }

        // One that has errors of its own has been reported.
        if (set.Find(prerequisite.FlagName) is null)
        {
            string[] names = [.. set.Definitions.Select(d => d.Name)];
            errors.Report(flag.Definition.Origin, Key(flag), "A prerequisite names a flag that is not defined.", "the name of a flag",
                $"'{prerequisite.FlagName}'", Spelling.Nearest(prerequisite.FlagName, names));
        }
    }

    /// <summary>The length of the longest chain below a flag; a cycle is reported once and counts as short.</summary>
    private int Measure(CompiledFlag flag)
    {
        if (_depths.TryGetValue(flag, out int known))
            return known;
        int start = _path.IndexOf(flag);
        if (start >= 0)
        {
            Report(_path[start], $"The prerequisites go round in a circle: {string.Join(" -> ", _path[start..].Append(flag).Select(f => f.Name))}.");
            return 0;
        }

        if (_path.Count > MaximumDepth)
            return MaximumDepth + 1;
        _path.Add(flag);
        int deepest = 0;
        foreach (CompiledPrerequisite prerequisite in flag.Prerequisites)
        {
            if (prerequisite.IsLinked)
                deepest = Math.Max(deepest, 1 + Measure(prerequisite.Flag));
        }

        _path.RemoveAt(_path.Count - 1);
        _depths[flag] = deepest;
        return deepest;
    }

    private void Report(CompiledFlag flag, string message) => errors.Report(flag.Definition.Origin, Key(flag), message);

    private static string Key(CompiledFlag flag) => $"{FlagDocument.Flags}:{flag.Name}:prerequisites";
}
