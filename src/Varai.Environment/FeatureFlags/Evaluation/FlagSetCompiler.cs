using Varai.Configuration;
using Varai.FeatureFlags.Conditions;
using Varai.FeatureFlags.Matching;

namespace Varai.FeatureFlags.Evaluation;

/// <summary>Compiles a set of definitions to a snapshot, and reports everything that is wrong in it.</summary>
internal sealed class FlagSetCompiler
{
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
        var flags = new List<CompiledFlag>(set.Definitions.Count);
        var compiler = new FlagCompiler(environment, _filters, segments, _reports, errors);
        foreach (FeatureFlagDefinition definition in set.Definitions)
        {
            if (compiler.Compile(definition) is { } flag)
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
}
