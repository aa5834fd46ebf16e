using System.Collections.Concurrent;
using Varai.Configuration;
using Varai.FeatureFlags.Conditions;
using Varai.FeatureFlags.Matching;

namespace Varai.FeatureFlags.Evaluation;

/// <summary>Compiles a set of definitions to a snapshot, and reports everything that is wrong in it.</summary>
internal sealed class FlagSetCompiler
{
    // Below this the other threads come too late to help. The service's own filters are never called by two threads at once.
    private const int ParallelFrom = 1_000;

    private readonly FilterCatalogue _filters;
    private readonly FlagReports _reports;

    public FlagSetCompiler(IEnumerable<IFeatureFilter> filters, FlagReports reports)
    {
        _filters = new FilterCatalogue(filters, reports.FilterFailed);
        _reports = reports;
    }

    /// <summary>Compiles all flags. With errors, the snapshot lacks the flags that have them and is not for use.</summary>
    /// <param name="set">The definitions.</param>
    /// <param name="environment">The environment whose overrides apply.</param>
    /// <param name="version">The snapshot's number.</param>
    /// <param name="errors">Takes what is wrong.</param>
    public FeatureFlagSnapshot Compile(FeatureFlagSet set, string environment, long version, FlagErrors errors)
    {
        SegmentTable segments = SegmentTable.Compile(set.Segments, errors);
        CompiledFlag?[] counted = CompileCounting(set.Definitions, environment, segments);
        var flags = new List<CompiledFlag>(counted.Length);
        FlagCompiler? teller = null;
        for (int i = 0; i < counted.Length; i++)
        {
            if ((counted[i] ?? (teller ??= Compiler(environment, segments, errors)).Compile(set.Definitions[i])) is { } flag)
                flags.Add(flag);
        }

        var snapshot = new FeatureFlagSnapshot(set, [.. flags], version);
        new PrerequisiteLinker(snapshot, set, errors).Link();
        return snapshot;
    }

    /// <summary>Compiles all flags, or throws with everything that is wrong.</summary>
    /// <exception cref="ConfigurationException">The set has errors.</exception>
    public FeatureFlagSnapshot Compile(FeatureFlagSet set, string environment, long version)
    {
        var found = new List<ConfigurationError>();
        FeatureFlagSnapshot snapshot = Compile(set, environment, version, new FlagErrors(found.Add));
        return found.Count == 0
            ? snapshot
            : throw new ConfigurationException($"The feature flags of the environment '{environment}' can't be used.", found);
    }

    // Nearly every flag is right. So errors are only counted at first, which spares the keys of all parts and lets several threads
    // share the work; what is wrong, and null here, is compiled again to tell of it, one after the other.
    private CompiledFlag?[] CompileCounting(IReadOnlyList<FeatureFlagDefinition> definitions, string environment, SegmentTable segments)
    {
        var flags = new CompiledFlag?[definitions.Count];
        if (flags.Length < ParallelFrom || _filters.HasOwn)
            CompileRange(0, flags.Length);
        else
            Parallel.ForEach(Partitioner.Create(0, flags.Length), range => CompileRange(range.Item1, range.Item2));
        return flags;

        void CompileRange(int from, int to)
        {
            FlagCompiler compiler = Compiler(environment, segments, new FlagErrors(report: null));
            for (int i = from; i < to; i++)
                flags[i] = compiler.Compile(definitions[i]);
        }
    }

    private FlagCompiler Compiler(string environment, SegmentTable segments, FlagErrors errors) =>
        new(environment, _filters, segments, _reports, errors);
}
