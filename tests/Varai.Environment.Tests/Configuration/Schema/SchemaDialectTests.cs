using Varai.Configuration;
using Varai.Configuration.Schema;

namespace Varai.Tests.Configuration.Schema;

public sealed class SchemaDialectTests
{
    [Theory]
    [InlineData("http://json-schema.org/draft-07/schema#")]
    [InlineData("http://json-schema.org/draft-07/schema")]
    [InlineData("https://json-schema.org/draft-07/schema#")]
    public void Compile_draft_7_reads_its_own_keywords(string name)
    {
        JsonSchema schema = SchemaTestFiles.Schema($$"""{"$schema":"{{name}}","items":[{"type":"integer"}],"additionalItems":false,"prefixItems":[false]}""");

        Assert.True(schema.IsValid(SchemaTestFiles.Json("[1]")));
        Assert.False(schema.IsValid(SchemaTestFiles.Json("[1,2]")));
    }

    [Fact]
    public void Compile_without_schema_reads_2020_12() =>
        Assert.False(SchemaTestFiles.Schema("""{"prefixItems":[false]}""").IsValid(SchemaTestFiles.Json("[1]")));

    [Theory]
    [InlineData("http://json-schema.org/draft-04/schema#")]
    [InlineData("https://json-schema.org/draft/2019-09/schema")]
    [InlineData("http://example.com/my-schema")]
    public void Compile_other_draft_names_the_supported_ones(string name) => Assert.Equal(
        [
            "schema.json:1:12: $schema: this $schema is not supported (expected 'https://json-schema.org/draft/2020-12/schema' or "
            + $"'http://json-schema.org/draft-07/schema#', found '{name}')",
        ],
        SchemaTestFiles.SchemaErrors($$"""{"$schema":"{{name}}"}"""));

    [Fact]
    public void Compile_schema_that_is_wrong_itself_reports_every_place() => Assert.Equal(
        [
            "schema.json:2:9: type: is none of the values allowed (expected \"array\", \"boolean\", \"integer\", \"null\", \"number\", \"object\" or "
            + "\"string\", found the string \"strng\") Did you mean 'string'?",
            "schema.json:3:14: minLength: is too small (expected at least 0, found the number -1)",
        ],
        SchemaTestFiles.SchemaErrors("{\n\"type\": \"strng\",\n\"minLength\": -1}"));

    [Theory]
    [InlineData("1")]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    public void Compile_document_that_is_no_schema_is_an_error(string document) =>
        Assert.Contains("a schema is an object, true or false", Assert.Single(SchemaTestFiles.SchemaErrors(document)), StringComparison.Ordinal);

    [Fact]
    public void Compile_uri_given_twice_names_both_places() => Assert.Equal(
        ["schema.json:1:82: $id: the $id 'http://a.example/x' is given twice; it already stands at schema.json:1:46"],
        SchemaTestFiles.SchemaErrors("""{"$id":"http://a.example/","$defs":{ "first":{"$id": "x"}, "again":       {"$id":"x"}}}"""));

    [Fact]
    public void Compile_embedded_schema_of_another_draft_is_checked_as_that_draft()
    {
        const string schema = """
            {"$ref":"old","$defs":{"old":{"$id":"http://a.example/old","$schema":"http://json-schema.org/draft-07/schema#","items":[{"type":"integer"}]}}}
            """;

        JsonSchema compiled = SchemaTestFiles.Schema(schema.Replace("\"$ref\":\"old\"", "\"$ref\":\"http://a.example/old\"", StringComparison.Ordinal));

        Assert.True(compiled.IsValid(SchemaTestFiles.Json("[1,\"a\"]")));
        Assert.False(compiled.IsValid(SchemaTestFiles.Json("[\"a\"]")));
    }

    [Fact]
    public void Compile_required_vocabulary_nobody_knows_is_an_error()
    {
        var errors = new List<ConfigurationError>();
        var set = new SchemaSet();
        set.Add("http://a.example/meta", SchemaTestFiles.Json(
            """{"$schema":"https://json-schema.org/draft/2020-12/schema","$vocabulary":{"http://a.example/vocab":true}}""", "meta.json"));

        Assert.Null(set.Compile("http://a.example/s", SchemaTestFiles.Json("""{"$schema":"http://a.example/meta"}"""), errors));

        Assert.Equal(
            ["meta.json:1:74: $vocabulary: the vocabulary 'http://a.example/vocab' is required but not known here"],
            errors.Select(error => error.ToString()));
    }

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public void Compile_format_assertion_vocabulary_switches_formats_on(string required)
    {
        var errors = new List<ConfigurationError>();
        var set = new SchemaSet();
        set.Add("http://a.example/meta", SchemaTestFiles.Json($$"""
            {"$schema":"https://json-schema.org/draft/2020-12/schema","$vocabulary":{
              "https://json-schema.org/draft/2020-12/vocab/core":true,"https://json-schema.org/draft/2020-12/vocab/format-assertion":{{required}} } }
            """));

        JsonSchema? schema = set.Compile(
            "http://a.example/s", SchemaTestFiles.Json("""{"$schema":"http://a.example/meta","format":"ipv4"}"""), errors);

        Assert.Empty(errors);
        Assert.False(schema!.IsValid(SchemaTestFiles.Json("\"x\"")));
    }

    [Theory]
    [InlineData("draft-07.json")]
    [InlineData("draft-2020-12.json")]
    [InlineData("draft-2020-12.applicator.json")]
    [InlineData("draft-2020-12.content.json")]
    [InlineData("draft-2020-12.core.json")]
    [InlineData("draft-2020-12.format-annotation.json")]
    [InlineData("draft-2020-12.format-assertion.json")]
    [InlineData("draft-2020-12.meta-data.json")]
    [InlineData("draft-2020-12.unevaluated.json")]
    [InlineData("draft-2020-12.validation.json")]
    public void Published_metaschema_obeys_its_own_metaschema(string name)
    {
        using Stream? stream = typeof(JsonSchema).Assembly.GetManifestResourceStream("Varai.Configuration.Schema.Metaschemas." + name);
        Assert.NotNull(stream);
        byte[] text = new byte[stream.Length];
        stream.ReadExactly(text);
        ConfigurationNode document = SchemaTestFiles.Json(text, name);
        SchemaDialect dialect = SchemaDialect.Published(document.Find("$schema")!.Text!)!;

        JsonSchema? metaschema = SchemaMetaschemas.Published.Find(dialect.Metaschema);

        Assert.NotNull(metaschema);
        Assert.Empty(SchemaTestFiles.Errors(metaschema, document));
    }
}
