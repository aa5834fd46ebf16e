using Varai.Configuration;
using Varai.Configuration.Schema;

namespace Varai.Tests.Configuration.Schema;

public sealed class SchemaReferenceTests
{
    [Fact]
    public void Compile_reference_between_files_resolves_relative_to_the_file()
    {
        var asked = new List<string>();
        var errors = new List<ConfigurationError>();
        string folder = Path.Combine(Path.GetTempPath(), "sch ema");
        var set = new SchemaSet
        {
            Resolve = (uri, _) =>
            {
                asked.Add(SchemaUri.ToPath(uri) ?? uri);
                return SchemaTestFiles.Json("""{"$defs":{"port":{"type":"integer","maximum":65535}}}""", "common.json");
            },
        };

        JsonSchema? schema = set.Compile(
            SchemaUri.FromPath(Path.Combine(folder, "schemas", "api.json")),
            SchemaTestFiles.Json("""{"properties":{"port":{"$ref":"../common.json#/$defs/port"}}}""", "api.json"),
            errors);

        Assert.Empty(errors);
        Assert.Equal([Path.Combine(folder, "common.json")], asked);
        Assert.Equal(
            ["config.json:1:9: port: is too large (expected at most 65535, found the number 70000)"],
            SchemaTestFiles.Errors(schema!, SchemaTestFiles.Json("""{"port":70000}""")));
    }

    [Fact]
    public void Compile_two_files_that_refer_to_one_another_works()
    {
        var errors = new List<ConfigurationError>();
        var set = new SchemaSet();
        set.Add("file:///s/a.json", SchemaTestFiles.Json("""{"properties":{"b":{"$ref":"b.json"}},"additionalProperties":false}"""));
        set.Add("file:///s/b.json", SchemaTestFiles.Json("""{"properties":{"a":{"$ref":"./a.json"}},"additionalProperties":false}"""));

        JsonSchema? schema = set.Compile("file:///s/a.json", errors);

        Assert.Empty(errors);
        Assert.True(schema!.IsValid(SchemaTestFiles.Json("""{"b":{"a":{"b":{}}}}""")));
        Assert.False(schema.IsValid(SchemaTestFiles.Json("""{"b":{"a":{"a":{}}}}""")));
    }

    [Fact]
    public void Compile_unknown_document_says_so_at_the_reference() => Assert.Equal(
        [
            "schema.json:2:26: $ref: the schema 'https://example.com/port.json' that $ref names is not known here; "
            + "schemas are never fetched from a network: put it beside this file and name it by a relative path",
        ],
        SchemaTestFiles.SchemaErrors("{\"properties\":\n {\"port\":       {\"$ref\": \"https://example.com/port.json\"}}}"));

    [Fact]
    public void Compile_pointer_to_nothing_says_so_at_the_reference() => Assert.Equal(
        ["schema.json:1:9: $ref: $ref names '#/$defs/prot', but '#/$defs/prot' is not in 'schema.json'"],
        SchemaTestFiles.SchemaErrors("""{"$ref":"#/$defs/prot","$defs":{"port":{}}}"""));

    [Fact]
    public void Compile_pointer_to_no_schema_says_what_is_there() => Assert.Equal(
        ["schema.json:1:9: $ref: $ref names '#/title', which is the string \"x\" and no schema"],
        SchemaTestFiles.SchemaErrors("""{"$ref":"#/title","title":"x"}"""));

    [Fact]
    public void Compile_pointer_into_an_unknown_keyword_checks_that_schema_too() => Assert.Equal(
        ["schema.json:1:44: type: is none of the values allowed"],
        SchemaTestFiles.SchemaErrors("""{"$ref":"#/shared/a","shared":{"a":{"type":"strin"}}}""")
            .Select(error => error.Split(" (", StringSplitOptions.None)[0]));

    [Fact]
    public void Compile_errors_of_a_referenced_file_are_handed_on()
    {
        var errors = new List<ConfigurationError>();
        var set = new SchemaSet
        {
            Resolve = (_, found) =>
            {
                found.Add(new ConfigurationError("is damaged", new ConfigurationOrigin("b.json", 3, 4), ""));
                return null;
            },
        };

        Assert.Null(set.Compile("file:///a.json", SchemaTestFiles.Json("""{"$ref":"b.json"}"""), errors));
        Assert.Equal(["b.json:3:4: is damaged"], errors.Select(error => error.ToString()));
    }

    [Theory]
    [InlineData("""{"$ref":"#"}""")]
    [InlineData("""{"$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}},"$ref":"#/$defs/a"}""")]
    [InlineData("""{"anyOf":[{"type":"string"},{"allOf":[{"not":{"$ref":"#"}}]}]}""")]
    [InlineData("""{"if":{"type":"string"},"then":{"$ref":"#"}}""")]
    [InlineData("""{"dependentSchemas":{"a":{"$ref":"#"}}}""")]
    public void Compile_schema_that_applies_itself_to_the_same_value_is_an_error(string schema)
    {
        string error = Assert.Single(SchemaTestFiles.SchemaErrors(schema));

        Assert.Contains("without going into a key or an item: the check would never end", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_dynamic_reference_that_comes_back_is_an_error()
    {
        JsonSchema schema = SchemaTestFiles.Schema("""{"$dynamicAnchor":"a","$dynamicRef":"#a"}""");

        Assert.Equal(
            ["schema.json:1:1: this $dynamicRef leads back to itself without going into a key or an item"],
            SchemaTestFiles.Errors(schema, SchemaTestFiles.Json("1")));
    }

    [Fact]
    public void Validate_chain_of_references_too_long_for_the_stack_is_an_error()
    {
        const int links = 200_000;
        string definitions = string.Join(',', Enumerable.Range(0, links).Select(i => $$"""
            "d{{i}}":{"$ref":"#/$defs/d{{i + 1}}"}
            """));
        JsonSchema schema = SchemaTestFiles.Schema($$"""{"$ref":"#/$defs/d0","$defs":{ {{definitions}},"d{{links}}":{"type":"integer"} } }""");

        string error = Assert.Single(SchemaTestFiles.Errors(schema, SchemaTestFiles.Json("1")));

        Assert.Contains("the check was stopped at a depth of", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_alternatives_that_multiply_are_stopped()
    {
        string definitions = string.Join(',', Enumerable.Range(0, 40).Select(i => $$"""
            "d{{i}}":{"allOf":[{"$ref":"#/$defs/d{{i + 1}}"},{"$ref":"#/$defs/d{{i + 1}}"}]}
            """));
        JsonSchema schema = SchemaTestFiles.Schema($$"""{"$ref":"#/$defs/d0","$defs":{ {{definitions}},"d40":{"type":"integer"} } }""");

        string error = Assert.Single(SchemaTestFiles.Errors(schema, SchemaTestFiles.Json("1")));

        Assert.Contains("the check was stopped after 20,000,000 steps: the schema's alternatives multiply", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://a/b/c/d;p?q", "g:h", "g:h")]
    [InlineData("http://a/b/c/d;p?q", "./g", "http://a/b/c/g")]
    [InlineData("http://a/b/c/d;p?q", "/g", "http://a/g")]
    [InlineData("http://a/b/c/d;p?q", "//g", "http://g/")]
    [InlineData("http://a/b/c/d;p?q", "?y", "http://a/b/c/d;p?y")]
    [InlineData("http://a/b/c/d;p?q", "#s", "http://a/b/c/d;p?q#s")]
    [InlineData("http://a/b/c/d;p?q", "", "http://a/b/c/d;p?q")]
    [InlineData("http://a/b/c/d;p?q", "..", "http://a/b/")]
    [InlineData("http://a/b/c/d;p?q", "../../../g", "http://a/g")]
    [InlineData("http://a/b/c/d;p?q", "g;x=1/../y", "http://a/b/c/y")]
    [InlineData("HTTP://A.Example/b", "C", "http://a.example/C")]
    [InlineData("urn:uuid:1?+q", "#/a", "urn:uuid:1?+q#/a")]
    [InlineData("file:///c:/s/a.json", "b c.json", "file:///c:/s/b%20c.json")]
    [InlineData("file:///s/a.json", "ä.json", "file:///s/%C3%A4.json")]
    public void Resolve_follows_rfc_3986(string baseUri, string reference, string expected) =>
        Assert.Equal(expected, SchemaUri.Resolve(baseUri, reference));

    [Fact]
    public void Add_relative_uri_is_refused() =>
        Assert.Throws<ArgumentException>(() => new SchemaSet().Add("a.json", SchemaTestFiles.Json("{}")));

    [Fact]
    public void Add_same_uri_twice_is_refused()
    {
        var set = new SchemaSet();
        set.Add("file:///a.json", SchemaTestFiles.Json("{}"));

        Assert.Throws<ArgumentException>(() => set.Add("file:///x/../a.json", SchemaTestFiles.Json("{}")));
    }
}
