using System.Text;
using CsCheck;
using Varai.Configuration;
using Varai.Configuration.Documents;
using Varai.Configuration.Schema;

namespace Varai.Tests.Configuration.Schema;

public sealed class SchemaPropertyTests
{
    private static readonly SchemaValidationOptions Strict = new() { AssertFormat = true };
    private static readonly SchemaValidationOptions References = new() { AssertFormat = true, AllowReferences = true };

    private static readonly string[] Fragments =
    [
        "\"$ref\":\"#\"", "\"$ref\":\"#/$defs/x\"", "\"$ref\":\"nowhere.json\"", "\"$ref\":5", "\"$dynamicRef\":\"#m\"", "\"$dynamicAnchor\":\"m\"",
        "\"$anchor\":\"m\"", "\"$id\":\"x\"", "\"$id\":\"http://[\"", "\"$id\":\"#\"", "\"$schema\":\"http://json-schema.org/draft-07/schema#\"",
        "\"$schema\":\"urn:x\"", "\"$defs\":{\"x\":{\"type\":\"string\"}}", "\"type\":\"strin\"", "\"pattern\":\"((\"", "\"pattern\":\"^(a+)+$\"",
        "\"patternProperties\":{\"[\":{}}", "\"required\":\"a\"", "\"minLength\":-1", "\"minLength\":1e999", "\"multipleOf\":0", "\"enum\":{}",
        "\"items\":[{}]", "\"properties\":[]", "\"dependencies\":{\"a\":[\"b\"],\"b\":{}}", "\"allOf\":[]", "\"contains\":3", "\"\":\"\"",
    ];

    [Fact]
    public void Validate_yes_or_no_agrees_with_the_list_of_failures() =>
        Gen.Select(SchemaGenerators.Schema, SchemaGenerators.Document).Sample(
            (schemaText, documentText) =>
            {
                JsonSchema schema = SchemaTestFiles.Schema(schemaText);
                ConfigurationNode document = SchemaTestFiles.Json(documentText);
                foreach (SchemaValidationOptions options in (SchemaValidationOptions[])[SchemaValidationOptions.Default, Strict, References])
                {
                    // Validate asks for yes or no first; the second form of the run has to give the same answer by itself.
                    var run = new SchemaRun(options, collect: true);
                    bool collected = schema.Root.Evaluate(document, run);
                    bool answered = schema.IsValid(document, options);
                    if (collected != answered || collected != (run.Failures!.Count == 0))
                        return false;
                }

                return true;
            },
            iter: 3_000);

    [Fact]
    public void Validate_not_turns_every_answer_around() =>
        Gen.Select(SchemaGenerators.Schema, SchemaGenerators.Document).Sample(
            (schema, document) => SchemaTestFiles.Schema(schema).IsValid(SchemaTestFiles.Json(document))
                != SchemaTestFiles.Schema($$"""{"not":{{schema}} }""").IsValid(SchemaTestFiles.Json(document)),
            iter: 1_000);

    [Fact]
    public void Validate_references_only_ever_let_more_through() =>
        Gen.Select(SchemaGenerators.Schema, SchemaGenerators.Document).Sample(
            (schemaText, documentText) =>
            {
                JsonSchema schema = SchemaTestFiles.Schema(schemaText);
                ConfigurationNode document = SchemaTestFiles.Json(documentText);
                return documentText.Contains("${secret:", StringComparison.Ordinal)
                    || schema.IsValid(document, Strict) == schema.IsValid(document, References);
            },
            iter: 1_000);

    [Fact]
    public void Compile_mangled_schemas_ends_in_a_schema_or_in_errors() =>
        Gen.Select(SchemaGenerators.Schema, SchemaGenerators.Document, Gen.Int[0, Fragments.Length - 1].Array[1, 3], Gen.Int[0, 1_000].Array[3], Gen.Bool)
            .Sample(
                (schemaText, documentText, fragments, places, draft7) =>
                {
                    ConfigurationNode? mangled = Mangle(schemaText, fragments, places);
                    if (mangled is null)
                        return;
                    var errors = new List<ConfigurationError>();
                    var set = new SchemaSet { DefaultDraft = draft7 ? SchemaDraft.Draft7 : SchemaDraft.Draft202012 };
                    JsonSchema? schema = set.Compile("test:///schema.json", mangled, errors);
                    Assert.Equal(schema is null, errors.Count > 0);
                    Assert.All(errors, error => Assert.True(error.Message.Length > 0 && error.Origin.Line > 0));
                    if (schema is not null)
                        SchemaTestFiles.Errors(schema, SchemaTestFiles.Json(documentText), Strict);
                },
                iter: 4_000);

    // Puts fragments behind some of the opening braces; what is no JSON afterwards, or holds a name twice, is left out.
    private static ConfigurationNode? Mangle(string schema, int[] fragments, int[] places)
    {
        var text = new StringBuilder(schema.StartsWith('{') ? schema : $$"""{"not":{{schema}} }""");
        for (int i = 0; i < fragments.Length; i++)
        {
            int from = places[i] % text.Length;
            int brace = text.ToString().IndexOf('{', from);
            if (brace < 0)
                brace = 0;
            bool empty = text[brace + 1] == '}';
            text.Insert(brace + 1, Fragments[fragments[i]] + (empty ? "" : ","));
        }

        var errors = new List<ConfigurationError>();
        ConfigurationNode? root = JsonDocumentReader.Read(
            new ConfigurationFile("schema.json", Encoding.UTF8.GetBytes(text.ToString())), DocumentLimits.Default, errors, caseSensitiveNames: true);
        return errors.Count == 0 ? root : null;
    }
}
