using Varai.Configuration;
using Varai.FeatureFlags.Conditions;
using Varai.FeatureFlags.Evaluation;

namespace Varai.FeatureFlags.Definitions;

/// <summary>Finds the flags and segments of a document: the components <c>feature_flags</c> and <c>feature_segments</c>, and Microsoft's
/// <c>feature_management</c> and <c>FeatureManagement</c>. What a definition means is for <see cref="FlagSetCompiler"/> to say.</summary>
internal static class FlagDocument
{
    public const string Flags = "feature_flags";
    public const string Segments = "feature_segments";
    public const string Microsoft = "feature_management";
    public const string MicrosoftDotnet = "FeatureManagement";
    public const string MicrosoftFlags = "feature_flags";
    public const string MicrosoftId = "id";

    /// <summary>The flags and segments that have a usable name, in the order written. A flag that is null counts as not defined; one
    /// that stands in several forms is read from the first of the order above.</summary>
    /// <param name="root">The document.</param>
    /// <param name="errors">Takes what is wrong.</param>
    /// <param name="host">What the host's own sources hold of Microsoft's sections.</param>
    /// <param name="version">Tells the set's version when somebody asks.</param>
    public static FeatureFlagSet Read(ConfigurationNode root, FlagErrors errors, HostFlagSections? host = null, Func<string>? version = null)
    {
        var definitions = new List<FeatureFlagDefinition>();
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        if (FindObject(root, Flags, "The feature flags are not an object.", "flag names with their definitions", errors) is { } flags)
            ReadMembers(flags, Flags, "feature flag", errors, (member, _) => definitions.Add(
                new FeatureFlagDefinition(member.Name, member.Value) { Origin = member.NameOrigin }), names);
        ReadMicrosoft(host is null ? root : WithHost(root, host), errors, definitions, names);

        var segments = new List<FeatureSegmentDefinition>();
        if (FindObject(root, Segments, "The segments are not an object.", "segment names with their definitions", errors) is { } component)
            ReadMembers(component, Segments, "segment", errors, (member, _) => segments.Add(
                new FeatureSegmentDefinition(member.Name, member.Value)), new HashSet<string>(StringComparer.OrdinalIgnoreCase));
        return version is null ? new FeatureFlagSet(definitions, segments) : new FeatureFlagSet(definitions, segments, version);
    }

    /// <summary>The flags of Microsoft's two sections, but for those already defined; of two with one id the last counts, as theirs does.</summary>
    private static void ReadMicrosoft(
        ConfigurationNode root, FlagErrors errors, List<FeatureFlagDefinition> definitions, HashSet<string> names)
    {
        if (root.Find(Microsoft) is { Kind: ConfigurationNodeKind.Object } section
            && section.Find(MicrosoftFlags) is { Kind: ConfigurationNodeKind.Array } flags)
        {
            var found = new Dictionary<string, FeatureFlagDefinition>(StringComparer.OrdinalIgnoreCase);
            for (int i = 0; i < flags.Items.Count; i++)
            {
                if (ReadItem(flags.Items[i], i, errors) is { } definition)
                    found[definition.Name] = definition;
            }

            definitions.AddRange(found.Values.Where(d => names.Add(d.Name)));
        }

        if (root.Find(MicrosoftDotnet) is { Kind: ConfigurationNodeKind.Object } dotnet)
        {
            ReadMembers(dotnet, MicrosoftDotnet, "feature flag", errors, (member, isNew) =>
            {
                if (isNew)
                    definitions.Add(new FeatureFlagDefinition(member.Name, member.Value, FeatureFlagSchema.MicrosoftV1) { Origin = member.NameOrigin });
            }, names, allowOthers: true);
        }
    }

    private static ConfigurationNode WithHost(ConfigurationNode root, HostFlagSections host)
    {
        (ConfigurationNode? below, ConfigurationNode? above) = host.Read();
        if (below is null && above is null)
            return root;
        ConfigurationNode own = ConfigurationNode.Object(
            [.. root.Members.Where(m => m.Name.Equals(Microsoft, StringComparison.OrdinalIgnoreCase) || m.Name.Equals(MicrosoftDotnet, StringComparison.OrdinalIgnoreCase))]);
        ConfigurationNode merged = below is null ? own : HostFlagSections.Merge(below, own);
        return above is null ? merged : HostFlagSections.Merge(merged, above);
    }

    private static FeatureFlagDefinition? ReadItem(ConfigurationNode item, int index, FlagErrors errors)
    {
        ConfigurationNode? id = item.Find(MicrosoftId);
        if (item.Kind != ConfigurationNodeKind.Object || id?.Text is null)
        {
            errors.Report(item.Origin, Key(), "A feature flag of Microsoft's schema needs an id.", "an object with 'id'", FlagErrors.Describe(item));
            return null;
        }

        string name = FlagMembers.SourceText(id)!;
        if (FeatureFlagDefinition.FindNameProblem(name) is not { } problem)
            return new FeatureFlagDefinition(name, item, FeatureFlagSchema.MicrosoftV2);
        errors.Report(id.Origin, Key().Of(MicrosoftId), $"The id of a feature flag {problem}.");
        return null;

        FlagKey Key() => new FlagKey(Microsoft).Of(MicrosoftFlags, index);
    }

    private static ConfigurationNode? FindObject(ConfigurationNode root, string name, string message, string expected, FlagErrors errors)
    {
        ConfigurationNode? component = root.Find(name);
        if (component is null or { Kind: ConfigurationNodeKind.Null })
            return null;
        if (component.Kind == ConfigurationNodeKind.Object)
            return component;
        errors.Report(component.Origin, name, message, expected, FlagErrors.Describe(component));
        return null;
    }

    private static void ReadMembers(
        ConfigurationNode component,
        string key,
        string what,
        FlagErrors errors,
        Action<ConfigurationMember, bool> add,
        HashSet<string> names,
        bool allowOthers = false)
    {
        foreach (ConfigurationMember member in component.MemberSpan())
        {
            if (FeatureFlagDefinition.FindNameProblem(member.Name) is { } problem)
            {
                errors.Report(member.NameOrigin, $"{key}:{member.Name}", $"The name of a {what} {problem}.");
                continue;
            }

            if (member.Value.Kind == ConfigurationNodeKind.Null)
                continue;
            bool isNew = names.Add(member.Name);
            if (isNew || allowOthers)
                add(member, isNew);
            else
                errors.Report(member.NameOrigin, $"{key}:{member.Name}", $"The {what} is defined twice; names that differ only in case are the same {what}.");
        }
    }
}
