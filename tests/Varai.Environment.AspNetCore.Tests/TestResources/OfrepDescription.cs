using System.Text.Json.Nodes;
using Varai.Configuration;
using Varai.Configuration.Documents;
using Varai.Configuration.Schema;

namespace Varai.AspNetCore.Tests.TestResources;

/// <summary>The protocol's own description, in <c>ofrep/openapi.yaml</c>, which every reply in these tests is held against.</summary>
internal static class OfrepDescription
{
    private static readonly JsonNode Document = Read();

    /// <summary>Fails when a reply has a status that the description does not list, a body against its schema, or lacks a header
    /// that it lists.</summary>
    /// <param name="path">The path as the description has it.</param>
    /// <param name="response">The reply.</param>
    /// <param name="body">Its body.</param>
    public static void Check(string path, HttpResponseMessage response, string body)
    {
        int status = (int)response.StatusCode;
        JsonNode? described = Document["paths"]![path]!["post"]!["responses"]![status.ToString(System.Globalization.CultureInfo.InvariantCulture)];
        Assert.True(described is not null, $"The protocol has no status {status} at {path}: {body}");

        string? name = ((string?)described["content"]?["application/json"]?["schema"]?["$ref"])?.Split('/')[^1];
        if (name is null)
        {
            Assert.Equal("", body);
        }
        else
        {
            Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
            Assert.Empty(Errors(name, body));
        }

        foreach ((string header, _) in described["headers"]?.AsObject() ?? [])
            Assert.True(response.Headers.Contains(header), $"{status} at {path} has no {header}.");
    }

    /// <summary>What is wrong with a body.</summary>
    /// <param name="schema">The name of the schema.</param>
    /// <param name="body">The body.</param>
    public static IReadOnlyList<string> Errors(string schema, string body)
    {
        JsonNode root = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["$ref"] = $"#/$defs/{schema}",
            ["$defs"] = Document["components"]!["schemas"]!.DeepClone(),
        };
        string text = root.ToJsonString().Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal);
        var errors = new List<ConfigurationError>();
        JsonSchema? compiled = new SchemaSet().Compile($"https://schemas.test/{schema}", ConfigurationJson.Parse(text, schema), errors);
        Assert.Empty(errors);
        return [.. compiled!.Validate(ConfigurationJson.Parse(body, "reply")).Select(e => e.ToString())];
    }

    private static JsonNode Read()
    {
        string path = Repository.Path("tests", "Varai.Environment.AspNetCore.Tests", "TestResources", "ofrep", "openapi.yaml");
        var errors = new List<ConfigurationError>();
        (_, ConfigurationNode? root) = DocumentReader.Read(path, "openapi.yaml", DocumentLimits.Default, errors, caseSensitiveNames: true);
        Assert.Empty(errors);
        JsonNode document = JsonNode.Parse(ConfigurationJson.ToJson(root!))!;

        // As it stands the description allows no value at all: each fits its own kind of flag and codeDefaultFlag, which is anything,
        // and an integer is a float too, but exactly one must fit. What it says in words is made a rule instead.
        JsonNode schemas = document["components"]!["schemas"]!;
        schemas["codeDefaultFlag"]!["not"] = new JsonObject { ["required"] = new JsonArray("value") };
        JsonObject kinds = schemas["evaluationSuccess"]!["allOf"]![1]!.AsObject();
        kinds["anyOf"] = kinds["oneOf"]!.DeepClone();
        kinds.Remove("oneOf");
        return document;
    }
}
