using Varai.Configuration;

namespace Varai.FeatureFlags;

/// <summary>What is written for one feature flag. What it means is checked when it is compiled or edited, not here.</summary>
/// <remarks>Immutable; safe from any thread. docs/feature-flags.md has the vocabulary.</remarks>
public sealed class FeatureFlagDefinition
{
    private const string EnabledMember = "enabled";
    private const string ParametersMember = "parameters";

    private readonly ConfigurationOrigin? _origin;

    /// <summary>Creates a flag that is on or off for everybody.</summary>
    /// <param name="name">The flag's name: not empty, no <c>:</c> and no control characters.</param>
    /// <param name="enabled">Whether the feature is on.</param>
    /// <exception cref="ArgumentException">The name is not allowed.</exception>
    public FeatureFlagDefinition(string name, bool enabled)
        : this(name, Boolean(enabled))
    {
    }

    /// <summary>Creates a flag from what is written for it.</summary>
    /// <param name="name">The flag's name: not empty, no <c>:</c> and no control characters.</param>
    /// <param name="node">Its definition: a boolean or an object.</param>
    /// <param name="schema">The vocabulary of the definition.</param>
    /// <exception cref="ArgumentException">The name is not allowed.</exception>
    public FeatureFlagDefinition(string name, ConfigurationNode node, FeatureFlagSchema schema = FeatureFlagSchema.Varai)
    {
        if (FindNameProblem(name) is { } problem)
            throw new ArgumentException($"The name of a feature flag {problem}.", nameof(name));
        ArgumentNullException.ThrowIfNull(node);
        Name = name;
        Node = node;
        Schema = schema;
    }

    /// <summary>The flag's name; names that differ only in case are the same flag.</summary>
    public string Name { get; }

    /// <summary>What is written for it.</summary>
    public ConfigurationNode Node { get; private init; }

    /// <summary>The vocabulary it is written in.</summary>
    public FeatureFlagSchema Schema { get; }

    /// <summary>Whether the flag is switched on; its conditions may still say no.</summary>
    public bool Enabled => bool.TryParse(Node.Text ?? Node.Find(EnabledMember)?.Text, out bool enabled) && enabled;

    /// <summary>The parameters: an object node, or <see langword="null"/> when there are none.</summary>
    /// <exception cref="ArgumentException">The node is no object.</exception>
    public ConfigurationNode? Parameters
    {
        get => Node.Find(ParametersMember) is { Kind: ConfigurationNodeKind.Object } parameters ? parameters : null;
        init
        {
            if (value is null)
                return;
            if (value.Kind != ConfigurationNodeKind.Object)
                throw new ArgumentException($"The parameters of the feature flag '{Name}' are an object, not {value.Kind}.", nameof(value));
            Node = ConfigurationNode.Object(
            [
                .. Node.Kind == ConfigurationNodeKind.Object
                    ? Node.Members.Where(m => !m.Name.Equals(ParametersMember, StringComparison.OrdinalIgnoreCase))
                    : [new ConfigurationMember(EnabledMember, Node)],
                new ConfigurationMember(ParametersMember, value),
            ]);
        }
    }

    /// <summary>Where the flag was defined; empty when it was made in code.</summary>
    public ConfigurationOrigin Origin
    {
        get => _origin ?? Node.Origin;
        init => _origin = value;
    }

    /// <summary>Reads a definition from JSON.</summary>
    /// <param name="name">The flag's name.</param>
    /// <param name="json">Its definition: <c>true</c>, <c>false</c> or an object; comments and trailing commas are allowed.</param>
    /// <exception cref="ArgumentException">The name is not allowed.</exception>
    /// <exception cref="ConfigurationException">The text is no JSON.</exception>
    public static FeatureFlagDefinition Parse(string name, string json) => new(name, ConfigurationJson.Parse(json, $"flag {name}"));

    /// <summary>What is wrong with a flag's name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The broken rule as the end of a sentence ("is empty", ...), or <see langword="null"/> for a valid name.</returns>
    public static string? FindNameProblem(string? name) =>
        string.IsNullOrWhiteSpace(name) ? "is empty"
        : name.Contains(':', StringComparison.Ordinal) ? "holds ':', which separates configuration keys"
        : HasControl(name) ? "holds a control character"
        : null;

    /// <summary>The name and whether it is on.</summary>
    public override string ToString() => $"{Name}: {(Enabled ? "on" : "off")}";

    private static bool HasControl(string name)
    {
        foreach (char c in name)
        {
            if (char.IsControl(c))
                return true;
        }

        return false;
    }

    private static ConfigurationNode Boolean(bool value) => ConfigurationNode.Scalar(ConfigurationNodeKind.Boolean, value ? "true" : "false");
}
