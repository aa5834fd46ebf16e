namespace Varai.Configuration.Schema;

/// <summary>One keyword of a schema, or a few that only mean something together.</summary>
/// <remarks>Immutable; safe from any thread.</remarks>
internal abstract class SchemaKeyword
{
    /// <summary>The schemas that this keyword applies to the same node; through these a schema could come back to itself.</summary>
    public virtual IEnumerable<SchemaNode> InPlace => [];

    /// <summary>Whether the keyword says anything about values of a kind.</summary>
    public virtual bool Concerns(ConfigurationNodeKind kind) => true;

    /// <summary>Checks a node; when the run collects failures, all of them are reported.</summary>
    public abstract bool Evaluate(ConfigurationNode node, SchemaRun run);
}
