namespace Varai.Configuration.Schema;

/// <summary>A schema with a URI of its own: a document, or a part of one that has an <c>$id</c>.</summary>
/// <remarks>Filled while schemas are read; never changed once a <see cref="JsonSchema"/> that uses it is handed out.</remarks>
internal sealed class SchemaResource(string uri, ConfigurationNode root, SchemaDialect dialect)
{
    public string Uri { get; } = uri;

    public ConfigurationNode Root { get; } = root;

    public SchemaDialect Dialect { get; } = dialect;

    /// <summary>What <c>$anchor</c>, <c>$dynamicAnchor</c> and the draft-07 form of <c>$id</c> name.</summary>
    public Dictionary<string, ConfigurationNode> Anchors { get; } = new(StringComparer.Ordinal);

    /// <summary>The names among <see cref="Anchors"/> that <c>$dynamicAnchor</c> gave.</summary>
    public HashSet<string> DynamicNames { get; } = new(StringComparer.Ordinal);

    /// <summary>The compiled schemas of <see cref="DynamicNames"/>.</summary>
    public Dictionary<string, SchemaNode> DynamicAnchors { get; } = new(StringComparer.Ordinal);

    public override string ToString() => Uri;
}
