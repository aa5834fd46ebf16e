using Varai.Configuration.Schema;

namespace Varai.Tests.Configuration.Schema;

public sealed class SchemaSecrecyTests
{
    private const string Canary = "s3cr3t-canary";

    [Theory]
    [InlineData("""{"properties":{"p":{"writeOnly":true,"type":"integer"}}}""")]
    [InlineData("""{"properties":{"p":{"format":"password","maxLength":3}}}""")]
    [InlineData("""{"properties":{"p":{"writeOnly":true,"enum":["s3cr3t-canaries"]}}}""")]
    [InlineData("""{"properties":{"p":{"writeOnly":true,"not":{"minLength":1}}}}""")]
    [InlineData("""{"allOf":[{"properties":{"p":{"pattern":"^x$"}}},{"properties":{"p":{"writeOnly":true}}}]}""")]
    [InlineData("""{"properties":{"p":{"anyOf":[{"writeOnly":true},false]}},"patternProperties":{"p":{"maxLength":1}}}""")]
    [InlineData("""{"writeOnly":true,"properties":{"p":{"anyOf":[{"const":"x"},{"maxLength":1}]}}}""")]
    [InlineData("""{"properties":{"p":{"$ref":"#/$defs/secret","type":"integer"}},"$defs":{"secret":{"writeOnly":true}}}""")]
    public void Validate_hidden_value_is_never_shown(string schema)
    {
        string[] errors = SchemaTestFiles.Errors(schema, $$"""{"p":"{{Canary}}"}""");

        Assert.NotEmpty(errors);
        Assert.All(errors, error => Assert.DoesNotContain("canar", error.Replace("\"s3cr3t-canaries\"", "", StringComparison.Ordinal), StringComparison.Ordinal));
    }

    [Fact]
    public void Validate_hidden_value_says_what_kind_it_is() => Assert.Equal(
        ["config.json:1:6: p: has the wrong type (expected an integer, found a string, not shown)"],
        SchemaTestFiles.Errors("""{"properties":{"p":{"writeOnly":true,"type":"integer"}}}""", $$"""{"p":"{{Canary}}"}"""));

    [Theory]
    [InlineData("""{"type":"integer"}""")]
    [InlineData("""{"type":["boolean","object"]}""")]
    [InlineData("""{"type":"string","minLength":100}""")]
    [InlineData("""{"maxLength":1}""")]
    [InlineData("""{"pattern":"^[0-9]+$"}""")]
    [InlineData("""{"format":"uuid"}""")]
    [InlineData("""{"enum":["a",1]}""")]
    [InlineData("""{"const":5}""")]
    [InlineData("""{"not":{"const":"changeme"}}""")]
    [InlineData("""{"not":{"type":"integer"}}""")]
    [InlineData("""{"oneOf":[{"type":"integer"},{"pattern":"^x"}]}""")]
    [InlineData("""{"if":{"maxLength":3},"then":false,"else":false}""")]
    public void Validate_whole_reference_passes_as_any_scalar(string schema)
    {
        var options = new SchemaValidationOptions { AllowReferences = true, AssertFormat = true };

        Assert.Empty(SchemaTestFiles.Errors(schema, "\"${secret:db-password}\"", options));
    }

    [Theory]
    [InlineData("""{"type":"object"}""", "an object")]
    [InlineData("""{"type":["array","object"]}""", "an object or an array")]
    public void Validate_whole_reference_fails_as_object_or_array(string schema, string expected)
    {
        var options = new SchemaValidationOptions { AllowReferences = true };

        Assert.Equal(
            [$"config.json:1:1: has the wrong type (expected {expected}, found the string \"${{secret:db-password}}\")"],
            SchemaTestFiles.Errors(schema, "\"${secret:db-password}\"", options));
    }

    [Fact]
    public void Validate_reference_inside_a_text_is_a_text_of_unknown_content()
    {
        var options = new SchemaValidationOptions { AllowReferences = true };
        const string document = "\"Host=db;Password=${secret:db}\"";

        Assert.Empty(SchemaTestFiles.Errors("""{"type":"string","pattern":"^x$","maxLength":3}""", document, options));
        Assert.Single(SchemaTestFiles.Errors("""{"type":"integer"}""", document, options));
    }

    [Fact]
    public void Validate_reference_with_the_option_off_is_plain_text() =>
        Assert.Single(SchemaTestFiles.Errors("""{"type":"integer"}""", "\"${secret:db}\""));

    [Theory]
    [InlineData("${secret:}")]
    [InlineData("${secret:a")]
    [InlineData("${env:a}")]
    [InlineData("$secret:a}")]
    public void Validate_text_that_only_looks_like_a_reference_is_plain_text(string text)
    {
        var options = new SchemaValidationOptions { AllowReferences = true };

        Assert.Single(SchemaTestFiles.Errors("""{"maxLength":1}""", $"\"{text}\"", options));
    }

    [Fact]
    public void Validate_two_references_are_no_whole_one()
    {
        var options = new SchemaValidationOptions { AllowReferences = true };

        Assert.Single(SchemaTestFiles.Errors("""{"type":"integer"}""", "\"${secret:a}${secret:b}\"", options));
    }
}
