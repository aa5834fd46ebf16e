using System.Reflection;
using Varai.Configuration.Documents;

namespace Varai.Configuration.Schema;

/// <summary>The published metaschemas, embedded and compiled once for the process.</summary>
internal sealed class SchemaMetaschemas
{
    private const string Prefix = "Varai.Configuration.Schema.Metaschemas.";

    private static readonly Lazy<SchemaMetaschemas> Instance = new(() => new SchemaMetaschemas());

    private readonly Dictionary<string, JsonSchema> _schemas = new(StringComparer.Ordinal);

    private SchemaMetaschemas()
    {
        var set = new SchemaSet();
        Assembly assembly = typeof(SchemaMetaschemas).Assembly;
        foreach (string name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            ConfigurationNode document = Read(assembly, name);
            set.Add(SchemaMember.Find(document, "$id")!.Text!, document);
        }

        // Nothing is there yet that could check these; a test checks them against themselves.
        Compiler = new SchemaCompiler(set, published: null);
        var errors = new List<ConfigurationError>();
        foreach (string uri in (ReadOnlySpan<string>)[SchemaDialect.Draft7Uri, SchemaDialect.Draft202012Uri])
            _schemas[uri] = Compiler.Compile(uri, errors) ?? throw new ConfigurationException("The embedded metaschemas are damaged.", errors);
        // The one part that the metaschema itself doesn't refer to; those of users do.
        _ = Compiler.Compile("https://json-schema.org/draft/2020-12/meta/format-assertion", errors);
    }

    public static SchemaMetaschemas Published => Instance.Value;

    /// <summary>What compiled them; only read from.</summary>
    public SchemaCompiler Compiler { get; }

    /// <summary>The metaschema of a URI, if it is a published one.</summary>
    public JsonSchema? Find(string uri) => _schemas.GetValueOrDefault(uri);

    private static ConfigurationNode Read(Assembly assembly, string name)
    {
        using Stream stream = assembly.GetManifestResourceStream(name)!;
        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        var errors = new List<ConfigurationError>();
        ConfigurationNode? document = JsonDocumentReader.Read(
            new ConfigurationFile(name[Prefix.Length..], content), DocumentLimits.Default, errors, caseSensitiveNames: true);
        return document is not null && errors.Count == 0
            ? document
            : throw new ConfigurationException("The embedded metaschemas are damaged.", errors);
    }
}
