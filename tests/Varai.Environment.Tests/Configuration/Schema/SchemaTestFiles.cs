using System.Text;
using Varai.Configuration;
using Varai.Configuration.Documents;
using Varai.Configuration.Schema;

namespace Varai.Tests.Configuration.Schema;

/// <summary>Reads documents for schema tests, and keeps schemas short in them.</summary>
internal static class SchemaTestFiles
{
    private static readonly DocumentLimits Limits = new(64 * 1024 * 1024, 2_000, 10_000_000);

    public static ConfigurationNode Json(string text, string path = "config.json") => Json(Encoding.UTF8.GetBytes(text), path);

    public static ConfigurationNode Json(byte[] text, string path)
    {
        var errors = new List<ConfigurationError>();
        ConfigurationNode? node = JsonDocumentReader.Read(new ConfigurationFile(path, text), Limits, errors, caseSensitiveNames: true);
        Assert.Empty(errors);
        Assert.NotNull(node);
        return node;
    }

    /// <summary>Compiles a schema that must be free of errors.</summary>
    public static JsonSchema Schema(string text, SchemaDraft draft = SchemaDraft.Draft202012)
    {
        var errors = new List<ConfigurationError>();
        JsonSchema? schema = new SchemaSet { DefaultDraft = draft }.Compile("test:///schema.json", Json(text, "schema.json"), errors);
        Assert.Empty(errors.Select(error => error.ToString()));
        Assert.NotNull(schema);
        return schema;
    }

    /// <summary>The errors of a schema that must not compile.</summary>
    public static string[] SchemaErrors(string text, SchemaDraft draft = SchemaDraft.Draft202012)
    {
        var errors = new List<ConfigurationError>();
        JsonSchema? schema = new SchemaSet { DefaultDraft = draft }.Compile("test:///schema.json", Json(text, "schema.json"), errors);
        Assert.Null(schema);
        Assert.All(errors, error => Assert.Equal("schema", error.Check));
        return [.. errors.Select(error => error.ToString())];
    }

    /// <summary>The errors of a document as they are shown; checks that yes/no and the list agree.</summary>
    public static string[] Errors(string schema, string document, SchemaValidationOptions? options = null, SchemaDraft draft = SchemaDraft.Draft202012) =>
        Errors(Schema(schema, draft), Json(document), options);

    public static string[] Errors(JsonSchema schema, ConfigurationNode document, SchemaValidationOptions? options = null)
    {
        IReadOnlyList<ConfigurationError> errors = schema.Validate(document, options);
        Assert.Equal(errors.Count == 0, schema.IsValid(document, options));
        return [.. errors.Select(error => error.ToString())];
    }
}
