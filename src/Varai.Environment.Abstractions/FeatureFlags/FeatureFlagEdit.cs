using Varai.Configuration;

namespace Varai.FeatureFlags;

/// <summary>Changes to feature flags and segments, made all or not at all.</summary>
/// <remarks>Not safe for several threads.</remarks>
public sealed class FeatureFlagEdit
{
    private readonly List<Func<FeatureFlagSet, FeatureFlagEditStep>> _steps = [];

    /// <summary>Starts an edit.</summary>
    /// <param name="author">Who changes it.</param>
    /// <param name="reason">Why.</param>
    public FeatureFlagEdit(string author, string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(author);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        Author = author;
        Reason = reason;
    }

    /// <summary>Who changes it.</summary>
    public string Author { get; }

    /// <summary>Why.</summary>
    public string Reason { get; }

    /// <summary>The version the edit was made for: when the flags have changed since, it is refused. Without one, an edit that
    /// meets another is computed again from what is there then.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public string? ExpectedVersion { get; init; }

    /// <summary>The changes, each computed from the set as it is when the edit is applied.</summary>
    public IReadOnlyList<Func<FeatureFlagSet, FeatureFlagEditStep>> Steps => _steps;

    /// <summary>Defines a flag, new or in place of its present definition.</summary>
    /// <param name="name">The flag's name.</param>
    /// <param name="json">Its whole definition as JSON: <c>true</c>, <c>false</c> or an object.</param>
    /// <exception cref="ConfigurationException">The text is no JSON.</exception>
    public FeatureFlagEdit Set(string name, string json)
    {
        FeatureFlagDefinition definition = FeatureFlagDefinition.Parse(name, json);
        return Add(_ => new FeatureFlagEditStep(definition.Name, IsSegment: false, definition.Node));
    }

    /// <summary>Sets <c>enabled</c> of a flag, and leaves the rest of it. Refused where the flag says <c>enabled</c> for single
    /// environments, since that would go on deciding there: set the member <c>environments</c> then.</summary>
    /// <param name="name">The flag's name.</param>
    /// <param name="enabled">Whether it is on.</param>
    public FeatureFlagEdit SetEnabled(string name, bool enabled)
    {
        const string Member = "enabled";
        Add(set =>
        {
            ConfigurationMember decides = (set.Find(name)?.Node.Find("environments")?.Members ?? [])
                .FirstOrDefault(m => m.Value.Kind == ConfigurationNodeKind.Boolean || m.Value.Find(Member) is not null);
            return decides.Name is null
                ? Change(set, name, Member, ConfigurationNode.Scalar(ConfigurationNodeKind.Boolean, enabled ? "true" : "false"))
                : throw new ConfigurationException(
                    $"The feature flag '{name}' says whether it is on for the environment '{decides.Name}'; set its member 'environments' instead.", []);
        });
        return this;
    }

    /// <summary>Throws or releases a flag's kill switch: while it is thrown the flag is off, whatever else is written.</summary>
    /// <param name="name">The flag's name.</param>
    /// <param name="isKilled">Whether it is thrown.</param>
    public FeatureFlagEdit SetKillSwitch(string name, bool isKilled) => SetMember(name, "kill_switch", isKilled ? "true" : "false");

    /// <summary>Sets one member of a flag's definition, and leaves the rest of it.</summary>
    /// <param name="name">The flag's name; the edit is refused when there is no such flag.</param>
    /// <param name="member">The member, such as <c>parameters</c>.</param>
    /// <param name="json">Its value as JSON.</param>
    /// <exception cref="ConfigurationException">The text is no JSON.</exception>
    public FeatureFlagEdit SetMember(string name, string member, string json)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(member);
        ConfigurationNode value = ConfigurationJson.Parse(json, $"flag {name}");
        return Add(set => Change(set, name, member, value));
    }

    /// <summary>Removes a flag; does nothing when there is none, so that an edit can be repeated.</summary>
    /// <param name="name">The flag's name.</param>
    public FeatureFlagEdit Remove(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Add(_ => new FeatureFlagEditStep(name, IsSegment: false, Definition: null));
    }

    /// <summary>Defines a segment, new or in place of its present definition.</summary>
    /// <param name="name">The segment's name.</param>
    /// <param name="json">Its whole definition as JSON.</param>
    /// <exception cref="ConfigurationException">The text is no JSON.</exception>
    public FeatureFlagEdit SetSegment(string name, string json)
    {
        FeatureSegmentDefinition segment = FeatureSegmentDefinition.Parse(name, json);
        return Add(_ => new FeatureFlagEditStep(segment.Name, IsSegment: true, segment.Node));
    }

    /// <summary>Removes a segment; does nothing when there is none.</summary>
    /// <param name="name">The segment's name.</param>
    public FeatureFlagEdit RemoveSegment(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Add(_ => new FeatureFlagEditStep(name, IsSegment: true, Definition: null));
    }

    /// <summary>Adds a change computed from the set as it is when the edit is applied.</summary>
    /// <param name="step">Computes the change; it may be called again when the set changes meanwhile.</param>
    public FeatureFlagEdit Add(Func<FeatureFlagSet, FeatureFlagEditStep> step)
    {
        ArgumentNullException.ThrowIfNull(step);
        _steps.Add(step);
        return this;
    }

    private static FeatureFlagEditStep Change(FeatureFlagSet set, string name, string member, ConfigurationNode value)
    {
        FeatureFlagDefinition definition = set.Find(name)
            ?? throw new ConfigurationException($"There is no feature flag '{name}' to change.", []);
        ConfigurationNode node = definition.Node.Kind == ConfigurationNodeKind.Object
            ? definition.Node
            : ConfigurationNode.Object([new ConfigurationMember("enabled", definition.Node)]);
        int at = node.IndexOf(member);
        ConfigurationMember[] members = [.. node.Members];
        if (at < 0)
            members = [.. members, new ConfigurationMember(member, value)];
        else
            members[at] = new ConfigurationMember(members[at].Name, value);
        return new FeatureFlagEditStep(definition.Name, IsSegment: false, ConfigurationNode.Object(members));
    }
}
