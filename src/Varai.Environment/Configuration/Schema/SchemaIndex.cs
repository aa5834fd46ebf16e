namespace Varai.Configuration.Schema;

/// <summary>Knows which resource every schema of the read documents belongs to, and every resource by its URI.</summary>
internal sealed class SchemaIndex(SchemaIndex? parent)
{
    private static readonly HashSet<string> SingleKeywords = new(StringComparer.Ordinal)
    {
        "additionalItems", "additionalProperties", "contains", "contentSchema", "else", "if", "items", "not", "propertyNames", "then",
        "unevaluatedItems", "unevaluatedProperties",
    };

    private static readonly HashSet<string> ArrayKeywords = new(StringComparer.Ordinal) { "allOf", "anyOf", "items", "oneOf", "prefixItems" };

    private static readonly HashSet<string> MapKeywords = new(StringComparer.Ordinal)
    {
        "$defs", "definitions", "dependencies", "dependentSchemas", "patternProperties", "properties",
    };

    private readonly Dictionary<string, SchemaResource> _resources = new(StringComparer.Ordinal);
    private readonly Dictionary<ConfigurationNode, SchemaResource> _owners = [];

    /// <summary>The resource of a URI without fragment.</summary>
    public SchemaResource? Find(string uri) => _resources.GetValueOrDefault(uri) ?? parent?.Find(uri);

    /// <summary>The resource that a schema belongs to, when it stands where schemas stand.</summary>
    public SchemaResource? OwnerOf(ConfigurationNode schema) => _owners.GetValueOrDefault(schema) ?? parent?.OwnerOf(schema);

    /// <summary>Takes a URI as a further name of a resource.</summary>
    public void AddName(string uri, SchemaResource resource) => _resources.TryAdd(uri, resource);

    /// <summary>Reads the schemas under a node that belongs to a resource.</summary>
    /// <param name="root">The node.</param>
    /// <param name="owner">Its resource; the node is its root when it names itself.</param>
    /// <param name="dialectOf">Chooses the dialect of an embedded schema with a <c>$schema</c> of its own.</param>
    /// <param name="errors">Takes URIs and anchors given twice.</param>
    /// <returns>The embedded resources that are written in another dialect than the one around them.</returns>
    public List<SchemaResource> Add(
        ConfigurationNode root,
        SchemaResource owner,
        Func<ConfigurationNode, SchemaDialect, SchemaDialect?> dialectOf,
        List<ConfigurationError> errors)
    {
        var foreign = new List<SchemaResource>();
        var open = new Stack<(ConfigurationNode Node, SchemaResource Owner)>();
        open.Push((root, owner));
        while (open.TryPop(out (ConfigurationNode Node, SchemaResource Owner) next))
        {
            ConfigurationNode node = next.Node;
            SchemaResource resource = next.Owner;
            if (node.Kind is not (ConfigurationNodeKind.Object or ConfigurationNodeKind.Boolean) || _owners.ContainsKey(node))
                continue;
            if (node.Kind == ConfigurationNodeKind.Object)
                resource = Identify(node, resource, dialectOf, foreign, errors);
            _owners[node] = resource;
            // Taken from the stack in the order of the file, so that of two equal names the second is the one at fault.
            foreach (ConfigurationNode child in Subschemas(node).Reverse())
                open.Push((child, resource));
        }

        return foreign;
    }

    private SchemaResource Identify(
        ConfigurationNode node,
        SchemaResource around,
        Func<ConfigurationNode, SchemaDialect, SchemaDialect?> dialectOf,
        List<SchemaResource> foreign,
        List<ConfigurationError> errors)
    {
        SchemaResource resource = around;
        bool isRoot = ReferenceEquals(node, around.Root);
        bool draft7 = around.Dialect.Draft == SchemaDraft.Draft7;
        // In draft-07 nothing beside a $ref counts, and that includes its $id.
        bool ignoresId = draft7 && Text(node, "$ref") is not null;
        if (!ignoresId && Text(node, "$id") is { } id)
        {
            (string uri, string fragment) = SchemaUri.Split(SchemaUri.Resolve(around.Uri, id.Text!));
            // The root's own $id was read before it was known what the root is.
            if (!isRoot && id.Text!.Length > 0 && id.Text[0] != '#')
            {
                SchemaDialect dialect = dialectOf(node, around.Dialect) ?? around.Dialect;
                resource = new SchemaResource(uri, node, dialect);
                if (dialect != around.Dialect)
                    foreign.Add(resource);
                if (!_resources.TryAdd(uri, resource))
                    errors.Add(Twice(id, "$id", uri, _resources[uri].Root));
            }

            if (draft7 && fragment.Length > 0 && fragment[0] != '/')
                AddAnchor(resource, fragment, node, id, "$id", errors);
        }

        if (resource.Dialect.Draft == SchemaDraft.Draft7)
            return resource;
        if (Text(node, "$anchor") is { } anchor)
            AddAnchor(resource, anchor.Text!, node, anchor, "$anchor", errors);
        if (Text(node, "$dynamicAnchor") is { } dynamicAnchor)
        {
            AddAnchor(resource, dynamicAnchor.Text!, node, dynamicAnchor, "$dynamicAnchor", errors);
            resource.DynamicNames.Add(dynamicAnchor.Text!);
        }

        return resource;
    }

    private static void AddAnchor(
        SchemaResource resource, string name, ConfigurationNode node, ConfigurationNode place, string keyword, List<ConfigurationError> errors)
    {
        if (!resource.Anchors.TryAdd(name, node) && !ReferenceEquals(resource.Anchors[name], node))
            errors.Add(Twice(place, keyword, name, resource.Anchors[name]));
    }

    private static ConfigurationError Twice(ConfigurationNode place, string keyword, string name, ConfigurationNode other) =>
        new($"the {keyword} '{name}' is given twice; it already stands at {other.Origin}", place.Origin, keyword) { Check = JsonSchema.SchemaCheck };

    /// <summary>A keyword's value when it is a text.</summary>
    public static ConfigurationNode? Text(ConfigurationNode schema, string keyword) =>
        SchemaMember.Find(schema, keyword) is { Kind: ConfigurationNodeKind.String } value ? value : null;

    private static IEnumerable<ConfigurationNode> Subschemas(ConfigurationNode schema)
    {
        foreach (ConfigurationMember member in schema.Members)
        {
            if (member.Value.Kind == ConfigurationNodeKind.Array && ArrayKeywords.Contains(member.Name))
            {
                foreach (ConfigurationNode item in member.Value.Items)
                    yield return item;
            }
            else if (MapKeywords.Contains(member.Name))
            {
                foreach (ConfigurationMember named in member.Value.Members)
                    yield return named.Value;
            }
            else if (SingleKeywords.Contains(member.Name))
            {
                yield return member.Value;
            }
        }
    }
}
