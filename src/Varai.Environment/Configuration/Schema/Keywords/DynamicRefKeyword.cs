namespace Varai.Configuration.Schema.Keywords;

/// <summary><c>$dynamicRef</c> to a dynamic anchor; to anything else it is a <see cref="RefKeyword"/>.</summary>
internal sealed class DynamicRefKeyword(SchemaNode owner, string anchor, SchemaNode target) : SchemaKeyword
{
    public override bool Evaluate(ConfigurationNode node, SchemaRun run) =>
        run.FollowDynamic(owner, run.FindDynamicAnchor(anchor) ?? target, node);
}
