using Varai.Configuration;

namespace Varai.FeatureFlags.Definitions;

/// <summary>What a node holds without the cost of an interface, which thousands of definitions add up.</summary>
internal static class NodeSpans
{
    public static ReadOnlySpan<ConfigurationMember> MemberSpan(this ConfigurationNode node) =>
        node.Members as ConfigurationMember[] ?? [.. node.Members];

    public static ReadOnlySpan<ConfigurationNode> ItemSpan(this ConfigurationNode node) =>
        node.Items as ConfigurationNode[] ?? [.. node.Items];
}
