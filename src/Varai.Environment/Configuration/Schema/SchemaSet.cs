namespace Varai.Configuration.Schema;

/// <summary>Schema documents by their URIs. References are resolved among them, the published metaschemas and what
/// <see cref="Resolve"/> finds; nothing is ever fetched from a network.</summary>
/// <remarks>Not safe from several threads at once; the <see cref="JsonSchema"/> that comes out of it is.</remarks>
internal sealed class SchemaSet
{
    private readonly Dictionary<string, ConfigurationNode> _documents = new(StringComparer.Ordinal);

    /// <summary>The draft of documents that name none with <c>$schema</c>. Default: 2020-12.</summary>
    public SchemaDraft DefaultDraft { get; init; } = SchemaDraft.Draft202012;

    /// <summary>Finds a document that was not added, by its absolute URI without fragment; answers <see langword="null"/> for one it
    /// doesn't know, and adds to the errors what is wrong with one it knows but can't read. Default: none.</summary>
    public Func<string, List<ConfigurationError>, ConfigurationNode?>? Resolve { get; init; }

    /// <summary>Adds a document.</summary>
    /// <param name="uri">Its absolute URI; <see cref="SchemaUri.FromPath"/> gives that of a file.</param>
    /// <param name="document">The document.</param>
    /// <exception cref="ArgumentException">The URI isn't absolute, or another document has it.</exception>
    public void Add(string uri, ConfigurationNode document)
    {
        if (!SchemaUri.IsAbsolute(uri))
            throw new ArgumentException($"A schema document needs an absolute URI, not '{uri}'.", nameof(uri));
        if (!_documents.TryAdd(SchemaUri.Split(SchemaUri.Resolve(uri, uri)).Uri, document))
            throw new ArgumentException($"There is already a schema document with the URI '{uri}'.", nameof(uri));
    }

    /// <summary>Makes the schema of a URI ready to check with, together with all it refers to.</summary>
    /// <param name="uri">The URI of a document added or found by <see cref="Resolve"/>.</param>
    /// <param name="errors">Takes everything that is wrong in the schemas.</param>
    /// <returns>The schema, or <see langword="null"/> when there are errors.</returns>
    public JsonSchema? Compile(string uri, List<ConfigurationError> errors)
    {
        var compiler = new SchemaCompiler(this, SchemaMetaschemas.Published);
        return compiler.Compile(uri, errors);
    }

    /// <summary>Adds a document and compiles it.</summary>
    public JsonSchema? Compile(string uri, ConfigurationNode document, List<ConfigurationError> errors)
    {
        Add(uri, document);
        return Compile(uri, errors);
    }

    internal ConfigurationNode? FindDocument(string uri, List<ConfigurationError> errors)
    {
        if (_documents.TryGetValue(uri, out ConfigurationNode? document))
            return document;
        document = Resolve?.Invoke(uri, errors);
        if (document is not null)
            _documents.Add(uri, document);
        return document;
    }
}
