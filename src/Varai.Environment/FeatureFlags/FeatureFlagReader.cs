using Varai.Configuration;
using Varai.Secrets;

namespace Varai.FeatureFlags;

/// <summary>Reads the component <c>feature_flags</c> and reports everything that is wrong in it.</summary>
internal static class FeatureFlagReader
{
    public const string Component = "feature_flags";

    private const string Enabled = "enabled";
    private const string Parameters = "parameters";

    private static readonly string[] Members = [Enabled, Parameters];

    /// <summary>The definitions that are well formed, in the order written; a missing or null component has none.</summary>
    public static List<FeatureFlagDefinition> Read(ConfigurationNode root, Action<ConfigurationError> report)
    {
        var definitions = new List<FeatureFlagDefinition>();
        ConfigurationNode? component = root.Find(Component);
        if (component is null or { Kind: ConfigurationNodeKind.Null })
            return definitions;

        if (component.Kind != ConfigurationNodeKind.Object)
        {
            Report(component.Origin, Component, "The feature flags are not an object.", "flag names with their definitions", Describe(component));
            return definitions;
        }

        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (ConfigurationMember member in component.Members)
        {
            string key = $"{Component}:{member.Name}";
            if (FeatureFlagDefinition.FindNameProblem(member.Name) is { } problem)
                Report(member.NameOrigin, key, $"The name of a feature flag {problem}.");
            else if (!names.Add(member.Name))
                Report(member.NameOrigin, key, "The feature flag is defined twice; names that differ only in case are the same flag.");
            else if (member.Value.Kind != ConfigurationNodeKind.Null && ReadFlag(member, key) is { } definition)
                definitions.Add(definition);
        }

        return definitions;

        FeatureFlagDefinition? ReadFlag(ConfigurationMember member, string key)
        {
            ConfigurationNode node = member.Value;
            if (node.Kind == ConfigurationNodeKind.Boolean)
                return new FeatureFlagDefinition(member.Name, node) { Origin = member.NameOrigin };
            if (node.Kind != ConfigurationNodeKind.Object)
            {
                Report(node.Origin, key, "The definition of a feature flag has the wrong type.", "true, false, or an object with 'enabled' and 'parameters'", Describe(node));
                return null;
            }

            bool isValid = true;
            foreach (ConfigurationMember unknown in node.Members.Where(m => !Members.Contains(m.Name, StringComparer.OrdinalIgnoreCase)))
            {
                isValid = false;
                report(new ConfigurationError("A feature flag has no such member.", unknown.NameOrigin, $"{key}:{unknown.Name}")
                {
                    Expected = "'enabled' or 'parameters'",
                    Found = $"'{unknown.Name}'",
                    DidYouMean = Spelling.Nearest(unknown.Name, Members),
                    Check = Component,
                });
            }

            return ReadEnabled(node, key) is not null && ReadParameters(node, key, out _) && isValid
                ? new FeatureFlagDefinition(member.Name, node) { Origin = member.NameOrigin }
                : null;
        }

        bool? ReadEnabled(ConfigurationNode flag, string key)
        {
            ConfigurationNode? node = flag.Find(Enabled);
            if (node?.Kind == ConfigurationNodeKind.Boolean)
                return IsTrue(node);
            if (node is null)
                Report(flag.Origin, key, "The feature flag does not say whether it is on.", "a member 'enabled' with true or false", "none");
            else
                Report(node.Origin, $"{key}:{Enabled}", "Whether a feature flag is on must be a boolean.", "true or false", Describe(node));
            return null;
        }

        bool ReadParameters(ConfigurationNode flag, string key, out ConfigurationNode? parameters)
        {
            parameters = flag.Find(Parameters);
            if (parameters is null)
                return true;
            if (parameters.Kind == ConfigurationNodeKind.Object)
                return HoldsNoSecret(parameters, $"{key}:{Parameters}");
            if (parameters.Kind == ConfigurationNodeKind.Null)
            {
                parameters = null;
                return true;
            }

            Report(parameters.Origin, $"{key}:{Parameters}", "The parameters of a feature flag are not an object.", "parameter names with their values", Describe(parameters));
            return false;
        }

        // Parameters reach clients and events; a reference in them would be served as it is written.
        bool HoldsNoSecret(ConfigurationNode node, string key)
        {
            bool isFree = true;
            if (SecretReferences.MayContain(node.Text))
            {
                Report(node.Origin, key, "A parameter of a feature flag can't refer to a secret; read the secret where it is needed.");
                isFree = false;
            }

            foreach (ConfigurationMember member in node.Members)
                isFree &= HoldsNoSecret(member.Value, $"{key}:{member.Name}");
            for (int i = 0; i < node.Items.Count; i++)
                isFree &= HoldsNoSecret(node.Items[i], $"{key}:{i.ToString(System.Globalization.CultureInfo.InvariantCulture)}");
            return isFree;
        }

        void Report(ConfigurationOrigin origin, string key, string message, string? expected = null, string? found = null) =>
            report(new ConfigurationError(message, origin, key) { Expected = expected, Found = found, Check = Component });
    }

    /// <summary>The segments.</summary>
    public static IEnumerable<FeatureSegmentDefinition> ReadSegments(ConfigurationNode root) =>
        from member in root.Find("feature_segments")?.Members ?? []
        where member.Value.Kind != ConfigurationNodeKind.Null && FeatureFlagDefinition.FindNameProblem(member.Name) is null
        select new FeatureSegmentDefinition(member.Name, member.Value);

    private static bool IsTrue(ConfigurationNode node) => node.Text == "true";

    // The kind only: a value in the wrong place may be a secret.
    private static string Describe(ConfigurationNode node) => node.Kind switch
    {
        ConfigurationNodeKind.String when bool.TryParse(node.Text, out _) => "a string; leave out the quotes",
        ConfigurationNodeKind.String => "a string",
        ConfigurationNodeKind.Number => "a number",
        ConfigurationNodeKind.Boolean => "a boolean",
        ConfigurationNodeKind.Array => "an array",
        ConfigurationNodeKind.Object => "an object",
        _ => "null",
    };
}
