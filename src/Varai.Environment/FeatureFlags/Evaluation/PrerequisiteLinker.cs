using System.Globalization;
using Varai.FeatureFlags.Conditions;
using Varai.FeatureFlags.Definitions;

namespace Varai.FeatureFlags.Evaluation;

/// <summary>Ties flags to the flags they ask for, and refuses what can never be answered: unknown flags and cycles.</summary>
internal sealed class PrerequisiteLinker(FeatureFlagSnapshot snapshot, FeatureFlagSet set, FlagErrors errors)
{
    // An evaluation goes as deep as the longest chain: this keeps it well within a thread's stack and a microsecond or so.
    private const int MaximumDepth = 32;

    // A flag that several others ask for is evaluated for each of them, which multiplies from level to level.
    private const int MaximumEvaluations = 256;

    private readonly Dictionary<CompiledFlag, (int Depth, long Evaluations)> _measures = [];
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
            if (flag.Prerequisites.Length == 0)
                continue;
            (int depth, long evaluations) = Measure(flag);
            if (depth <= MaximumDepth && evaluations <= MaximumEvaluations)
                continue;
            Report(flag, depth > MaximumDepth
                ? string.Create(CultureInfo.InvariantCulture, $"The prerequisites of the flag go deeper than {MaximumDepth} flags.")
                : string.Create(CultureInfo.InvariantCulture, $"The prerequisites of the flag and theirs ask for other flags more than {MaximumEvaluations} times in one evaluation."));
            return;
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

    /// <summary>The length of the longest chain below a flag, and how many flags one evaluation of it evaluates at most; a cycle is
    /// reported once and counts as short.</summary>
    private (int Depth, long Evaluations) Measure(CompiledFlag flag)
    {
        if (_measures.TryGetValue(flag, out (int, long) known))
            return known;
        int start = _path.IndexOf(flag);
        if (start >= 0)
        {
            Report(_path[start], $"The prerequisites go round in a circle: {string.Join(" -> ", _path[start..].Append(flag).Select(f => f.Name))}.");
            return (0, 0);
        }

        if (_path.Count > MaximumDepth)
            return (MaximumDepth + 1, 0);
        _path.Add(flag);
        int deepest = 0;
        long evaluations = 0;
        foreach (CompiledPrerequisite prerequisite in flag.Prerequisites)
        {
            if (!prerequisite.IsLinked)
                continue;
            (int below, long more) = Measure(prerequisite.Flag);
            deepest = Math.Max(deepest, 1 + below);
            evaluations = Math.Min(int.MaxValue, evaluations + 1 + more);
        }

        _path.RemoveAt(_path.Count - 1);
        _measures[flag] = (deepest, evaluations);
        return (deepest, evaluations);
    }

    private void Report(CompiledFlag flag, string message) => errors.Report(flag.Definition.Origin, Key(flag), message);

    private static string Key(CompiledFlag flag) => $"{FlagDocument.Flags}:{flag.Name}:prerequisites";
}
