namespace Varai.Configuration.Schema;

/// <summary>Turns schema documents into <see cref="SchemaNode"/>s: reads what they refer to, checks them against their metaschemas,
/// binds every reference.</summary>
internal sealed class SchemaCompiler
{
    private readonly SchemaSet _set;
    private readonly SchemaMetaschemas? _published;
    private readonly SchemaIndex _index;
    private readonly Dictionary<ConfigurationNode, SchemaNode> _nodes = [];
    private readonly Queue<SchemaNode> _open = new();
    private readonly HashSet<SchemaResource> _anchored = [];
    private readonly Dictionary<string, SchemaDialect?> _dialects = new(StringComparer.Ordinal);
    private List<ConfigurationError> _errors = [];

    /// <summary>Creates a compiler for one compilation.</summary>
    /// <param name="set">The documents.</param>
    /// <param name="published">The published metaschemas; <see langword="null"/> while these themselves are compiled.</param>
    public SchemaCompiler(SchemaSet set, SchemaMetaschemas? published)
    {
        _set = set;
        _published = published;
        _index = new SchemaIndex(published?.Compiler._index);
    }

    /// <summary>Compiles the document of a URI and all it refers to.</summary>
    /// <returns>The schema, or <see langword="null"/> when there are errors.</returns>
    public JsonSchema? Compile(string uri, List<ConfigurationError> errors)
    {
        _errors = [];
        (string address, string fragment) = SchemaUri.Split(SchemaUri.Resolve(uri, uri));
        SchemaNode? root = null;
        if (FindResource(address) is not { } resource)
        {
            if (_errors.Count == 0)
                _errors.Add(SchemaError($"there is no schema document with the URI '{uri}'", default, ""));
        }
        else if (Locate(resource, fragment) is { } target)
        {
            root = Get(target.Node, target.Owner);
        }
        else
        {
            _errors.Add(SchemaError($"'#{fragment}' points to nothing in '{address}'", resource.Root.Origin, ""));
        }

        while (_errors.Count == 0 && _open.TryDequeue(out SchemaNode? next))
            Complete(next);
        if (_errors.Count == 0)
            SchemaCycles.Find(_nodes.Values, _errors);
        errors.AddRange(_errors.Distinct());
        return _errors.Count == 0 ? new JsonSchema(root!) : null;
    }

    /// <summary>The compiled schema of a node; its keywords may still have to be read.</summary>
    public SchemaNode Get(ConfigurationNode node, SchemaResource owner)
    {
        if (_published?.Compiler._nodes.TryGetValue(node, out SchemaNode? known) == true)
            return known;
        if (_nodes.TryGetValue(node, out SchemaNode? schema))
            return schema;
        schema = new SchemaNode(owner, node);
        _nodes.Add(node, schema);
        _open.Enqueue(schema);
        return schema;
    }

    /// <summary>The compiled schema of a node that stands under a keyword of a schema.</summary>
    public SchemaNode Get(ConfigurationNode node, SchemaNode parent) => Get(node, _index.OwnerOf(node) ?? parent.Resource);

    /// <summary>The schema that a reference names.</summary>
    /// <param name="reference">The text node that holds the reference.</param>
    /// <param name="keyword">The keyword it stands under.</param>
    /// <param name="from">The schema it stands in.</param>
    /// <param name="dynamicAnchor">The anchor's name, if it is one that <c>$dynamicAnchor</c> gave.</param>
    /// <returns>The schema, or <see langword="null"/> when there is none, which is then reported.</returns>
    public SchemaNode? Resolve(ConfigurationNode reference, string keyword, SchemaNode from, out string? dynamicAnchor)
    {
        dynamicAnchor = null;
        (string uri, string fragment) = SchemaUri.Split(SchemaUri.Resolve(from.Resource.Uri, reference.Text!));
        int before = _errors.Count;
        SchemaResource? resource = FindResource(uri);
        if (resource is null)
        {
            if (_errors.Count == before)
            {
                Report(reference, keyword, $"the schema '{uri}' that {keyword} names is not known here; schemas are never fetched "
                    + "from a network: put it beside this file and name it by a relative path");
            }

            return null;
        }

        if (Locate(resource, fragment) is not { } target)
        {
            Report(reference, keyword, $"{keyword} names '{reference.Text}', but '#{fragment}' is not in '{resource.Root.Origin.File}'");
            return null;
        }

        if (target.Node.Kind is not (ConfigurationNodeKind.Object or ConfigurationNodeKind.Boolean))
        {
            Report(reference, keyword, $"{keyword} names '{reference.Text}', which is {SchemaWords.Describe(target.Node)} and no schema");
            return null;
        }

        if (resource.DynamicNames.Contains(fragment))
            dynamicAnchor = fragment;
        return Get(target.Node, target.Owner);
    }

    /// <summary>Reports something wrong in a schema.</summary>
    public void Report(ConfigurationNode place, string keyword, string message) => Report(place.Origin, keyword, message);

    /// <summary>Reports something wrong in a schema.</summary>
    public void Report(ConfigurationOrigin place, string keyword, string message) => _errors.Add(SchemaError(message, place, keyword));

    private void Complete(SchemaNode schema)
    {
        if (!IsPublished(schema.Resource) && _anchored.Add(schema.Resource))
        {
            foreach (string name in schema.Resource.DynamicNames)
                schema.Resource.DynamicAnchors[name] = Get(schema.Resource.Anchors[name], schema.Resource);
        }

        new SchemaKeywordReader(this, schema).Read();
    }

    private SchemaResource? FindResource(string uri)
    {
        if (_index.Find(uri) is { } known)
            return known;
        if (_set.FindDocument(uri, _errors) is not { } document)
            return null;
        if (document.Kind is not (ConfigurationNodeKind.Object or ConfigurationNodeKind.Boolean))
        {
            Report(document, "", $"a schema is an object, true or false, not {SchemaWords.Describe(document)}");
            return null;
        }

        if (DialectOf(document, SchemaDialect.For(_set.DefaultDraft)) is not { } dialect)
            return null;

        string own = dialect.Draft == SchemaDraft.Draft7 && SchemaIndex.Text(document, "$ref") is not null
            ? uri
            : SchemaIndex.Text(document, "$id") is { } id ? SchemaUri.Split(SchemaUri.Resolve(uri, id.Text!)).Uri : uri;
        var resource = new SchemaResource(own, document, dialect);
        _index.AddName(uri, resource);
        _index.AddName(own, resource);
        AddToIndex(document, resource);
        return resource;
    }

    // Reads the schemas under a node and holds them against their metaschemas.
    private void AddToIndex(ConfigurationNode node, SchemaResource resource)
    {
        List<SchemaResource> foreign = _index.Add(node, resource, DialectOf, _errors);
        var excluded = new HashSet<ConfigurationNode>(foreign.Select(other => other.Root));
        Check(node, resource.Dialect, excluded);
        foreach (SchemaResource other in foreign)
            Check(other.Root, other.Dialect, [.. excluded.Where(root => !ReferenceEquals(root, other.Root))]);
    }

    private void Check(ConfigurationNode schema, SchemaDialect dialect, HashSet<ConfigurationNode> excluded)
    {
        if (_published is null)
            return;
        JsonSchema? metaschema = _published.Find(dialect.Metaschema) ?? CompileMetaschema(dialect.Metaschema);
        if (metaschema is null)
            return;
        var options = new SchemaValidationOptions { Excluded = excluded.Count == 0 ? null : excluded };
        _errors.AddRange(metaschema.Validate(schema, options, _ => JsonSchema.SchemaCheck));
    }

    private JsonSchema? CompileMetaschema(string uri)
    {
        var errors = new List<ConfigurationError>();
        JsonSchema? metaschema = _set.Compile(uri, errors);
        _errors.AddRange(errors);
        return metaschema;
    }

    private SchemaDialect? DialectOf(ConfigurationNode schema, SchemaDialect around)
    {
        if (SchemaIndex.Text(schema, "$schema") is not { } name)
            return around;
        if (SchemaDialect.Published(name.Text!) is { } published)
            return published;
        string uri = SchemaUri.Split(name.Text!).Uri;
        if (!_dialects.TryGetValue(uri, out SchemaDialect? dialect))
        {
            // A metaschema that names itself as its own would be asked for again below.
            _dialects.Add(uri, null);
            dialect = ReadDialect(uri, name);
            _dialects[uri] = dialect;
        }

        return dialect;
    }

    private SchemaDialect? ReadDialect(string uri, ConfigurationNode name)
    {
        ConfigurationNode? metaschema = SchemaUri.IsAbsolute(uri) ? _set.FindDocument(uri, _errors) : null;
        if (metaschema is null || DialectOf(metaschema, SchemaDialect.For(_set.DefaultDraft)) is not { } written)
        {
            _errors.Add(SchemaError("this $schema is not supported", name.Origin, "$schema") with
            {
                Expected = SchemaDialect.Supported,
                Found = $"'{SchemaWords.Shorten(name.Text!)}'",
            });
            return null;
        }

        SchemaVocabularies vocabularies = written.Vocabularies;
        if (written.Draft == SchemaDraft.Draft202012 && SchemaMember.Find(metaschema, "$vocabulary") is { } declared)
        {
            vocabularies = SchemaVocabularies.None;
            foreach (ConfigurationMember member in declared.Members)
            {
                SchemaVocabularies vocabulary = SchemaDialect.Vocabulary(member.Name);
                if (vocabulary == SchemaVocabularies.None && string.Equals(member.Value.Text, "true", StringComparison.Ordinal))
                    _errors.Add(SchemaError($"the vocabulary '{member.Name}' is required but not known here", member.NameOrigin, "$vocabulary"));
                vocabularies |= vocabulary;
            }
        }

        return new SchemaDialect(written.Draft, vocabularies, uri);
    }

    // A JSON pointer may lead anywhere, also to places where no schema was expected.
    private (ConfigurationNode Node, SchemaResource Owner)? Locate(SchemaResource resource, string fragment)
    {
        if (fragment.Length == 0)
            return (resource.Root, resource);
        if (fragment[0] != '/')
            return resource.Anchors.TryGetValue(fragment, out ConfigurationNode? anchored) ? (anchored, resource) : null;

        ConfigurationNode? node = resource.Root;
        SchemaResource owner = resource;
        foreach (string escaped in fragment[1..].Split('/'))
        {
            string segment = escaped.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            node = Step(node, segment);
            if (node is null)
                return null;
            owner = _index.OwnerOf(node) ?? owner;
        }

        bool isSchema = node.Kind is ConfigurationNodeKind.Object or ConfigurationNodeKind.Boolean;
        if (isSchema && _index.OwnerOf(node) is null && !IsPublished(owner))
        {
            AddToIndex(node, owner);
            owner = _index.OwnerOf(node) ?? owner;
        }

        return (node, owner);
    }

    // Shared by all compilers, and so not to be changed by one.
    private bool IsPublished(SchemaResource resource) => ReferenceEquals(_published?.Compiler._index.Find(resource.Uri), resource);

    private static ConfigurationNode? Step(ConfigurationNode node, string segment)
    {
        if (node.Kind != ConfigurationNodeKind.Array)
            return SchemaMember.Find(node, segment);
        bool isIndex = int.TryParse(segment, System.Globalization.NumberStyles.None, provider: null, out int index)
            && (segment.Length == 1 || segment[0] != '0');
        return isIndex && index < node.Items.Count ? node.Items[index] : null;
    }

    private static ConfigurationError SchemaError(string message, ConfigurationOrigin origin, string keyword) =>
        new(message, origin with { File = origin.File ?? "" }, keyword) { Check = JsonSchema.SchemaCheck };
}
