using Varai.Configuration;
using Varai.Configuration.Schema;

namespace Varai.Tests.Configuration.Schema;

public sealed class SchemaMessageTests
{
    [Theory]
    [InlineData("""{"type":"integer"}""", "\"80a\"", "config.json:1:1: has the wrong type (expected an integer, found the string \"80a\")")]
    [InlineData("""{"type":["string","null"]}""", "[1]", "config.json:1:1: has the wrong type (expected a string or null, found an array of 1 item)")]
    [InlineData("""{"type":["integer","number","boolean"]}""", "{}", "config.json:1:1: has the wrong type (expected a number or true or false, found an object with 0 keys)")]
    [InlineData("""{"minimum":1}""", "0.5", "config.json:1:1: is too small (expected at least 1, found the number 0.5)")]
    [InlineData("""{"exclusiveMinimum":1}""", "1.0", "config.json:1:1: is too small (expected more than 1, found the number 1.0)")]
    [InlineData("""{"maximum":65535}""", "65536", "config.json:1:1: is too large (expected at most 65535, found the number 65536)")]
    [InlineData("""{"exclusiveMaximum":1}""", "1", "config.json:1:1: is too large (expected less than 1, found the number 1)")]
    [InlineData("""{"multipleOf":0.05}""", "0.07", "config.json:1:1: is no multiple of the step (expected a multiple of 0.05, found the number 0.07)")]
    [InlineData("""{"minLength":2}""", "\"a\"", "config.json:1:1: is too short (expected at least 2 characters, found 1 character, the string \"a\")")]
    [InlineData("""{"maxLength":1}""", "\"ab\"", "config.json:1:1: is too long (expected at most 1 character, found 2 characters, the string \"ab\")")]
    [InlineData("""{"pattern":"^a+$"}""", "\"b\"", "config.json:1:1: does not match the pattern (expected a match of /^a+$/, found the string \"b\")")]
    [InlineData("""{"enum":["debug","information","warning"]}""", "\"warnign\"", "config.json:1:1: is none of the values allowed (expected \"debug\", \"information\" or \"warning\", found the string \"warnign\") Did you mean 'warning'?")]
    [InlineData("""{"enum":[]}""", "1", "config.json:1:1: is none of the values allowed (expected nothing, found the number 1)")]
    [InlineData("""{"const":true}""", "false", "config.json:1:1: is not the one value allowed (expected true, found false)")]
    [InlineData("""{"minItems":2}""", "[1]", "config.json:1:1: has too few items (expected at least 2 items, found 1 item)")]
    [InlineData("""{"maxProperties":0}""", """{"a":1}""", "config.json:1:1: has too many keys (expected at most 0 keys, found 1 key)")]
    [InlineData("""{"uniqueItems":true}""", """[1,{"a":1.0},{"a":1}]""", "config.json:1:14: 2: repeats item 1; every item must differ from the others")]
    [InlineData("""{"prefixItems":[true],"items":false}""", "[1,2]", "config.json:1:4: 1: is one item too many (expected at most 1 item)")]
    [InlineData("""{"prefixItems":[true],"unevaluatedItems":false}""", "[1,2]", "config.json:1:4: 1: is one item too many (expected at most 1 item)")]
    [InlineData("""{"contains":{"const":"main"}}""", """["a"]""", "config.json:1:1: has too few items of the kind that must be in it (expected at least 1 such item, found 0 of 1 item)")]
    [InlineData("""{"contains":{"const":1},"maxContains":1}""", "[1,1]", "config.json:1:1: has too many items of one kind (expected at most 1 such item, found 2 of 2 items)")]
    [InlineData("""{"not":{"const":"changeme"}}""", "\"changeme\"", "config.json:1:1: is what the schema forbids under 'not' (expected anything but \"changeme\", found the string \"changeme\")")]
    [InlineData("false", "1", "config.json:1:1: is not allowed here")]
    [InlineData("""{"propertyNames":{"pattern":"^[a-z]+$"}}""", """{"ok":1,"Bad":2}""", "config.json:1:9: Bad: the key's name does not match the pattern (expected a match of /^[a-z]+$/, found the string \"Bad\")")]
    [InlineData("""{"dependentRequired":{"certificate":["key"]}}""", """{"certificate":"a"}""", "config.json:1:1: key: the key is missing, which the key 'certificate' needs beside it")]
    [InlineData("""{"if":{"required":["tls"]},"then":{"required":["port"]}}""", """{"tls":1}""", "config.json:1:1: port: the required key is missing")]
    [InlineData("""{"oneOf":[{"minimum":1},{"maximum":5},{"const":0}]}""", "3", "config.json:1:1: matches more than one alternative (expected exactly one, found alternatives 1 and 2 of 3)")]
    public void Validate_one_failure_says_what_was_asked_and_found(string schema, string document, string expected) =>
        Assert.Equal([expected], SchemaTestFiles.Errors(schema, document));

    [Fact]
    public void Validate_unknown_key_points_at_its_name_and_at_the_nearest_one()
    {
        string[] errors = SchemaTestFiles.Errors(
            """{"properties":{"api":{"properties":{"timeout":{},"retries":{}},"additionalProperties":false}}}""",
            "{\n  \"api\": {\n    \"retries\": 3,\n    \"timout\": 5\n  }\n}");

        Assert.Equal(["config.json:4:5: api:timout: is not a known key (expected 'timeout' or 'retries') Did you mean 'timeout'?"], errors);
    }

    [Fact]
    public void Validate_unknown_key_never_suggests_a_key_that_is_there()
    {
        string[] errors = SchemaTestFiles.Errors(
            """{"properties":{"port":{}},"additionalProperties":false}""", """{"port":1,"prot":2}""");

        Assert.Equal(["config.json:1:11: prot: is not a known key (expected 'port')"], errors);
    }

    [Fact]
    public void Validate_required_key_misspelt_points_at_the_key_that_is_there()
    {
        string[] errors = SchemaTestFiles.Errors(
            """{"properties":{"port":{},"host":{}},"required":["port","host"]}""", """{"prot":1,"host":"a"}""");

        Assert.Equal(["config.json:1:1: port: the required key is missing (found the key 'prot') Did you mean 'port'?"], errors);
    }

    [Fact]
    public void Validate_unevaluated_key_knows_the_names_of_all_applied_schemas()
    {
        string[] errors = SchemaTestFiles.Errors(
            """
            {"$ref":"#/$defs/base","properties":{"size":{"type":"integer"}},"unevaluatedProperties":false,
             "$defs":{"base":{"properties":{"colour":{"type":"string"}}}}}
            """,
            """{"size":"big","color":"red"}""");

        Assert.Equal(
            [
                "config.json:1:9: size: has the wrong type (expected an integer, found the string \"big\")",
                "config.json:1:15: color: is not a known key (expected 'size' or 'colour') Did you mean 'colour'?",
            ],
            errors);
    }

    [Fact]
    public void Validate_many_failures_reports_all_in_the_order_of_the_file()
    {
        string[] errors = SchemaTestFiles.Errors(
            """
            {"type":"object","required":["name"],"properties":{
              "limits":{"type":"array","items":{"type":"integer","minimum":1}},
              "mode":{"enum":["fast","safe"]}}}
            """,
            "{\n \"mode\": \"fats\",\n \"limits\": [0, 1, \"2\"]\n}");

        Assert.Equal(
            [
                "config.json:1:1: name: the required key is missing",
                "config.json:2:10: mode: is none of the values allowed (expected \"fast\" or \"safe\", found the string \"fats\") Did you mean 'fast'?",
                "config.json:3:13: limits:0: is too small (expected at least 1, found the number 0)",
                "config.json:3:19: limits:2: has the wrong type (expected an integer, found the string \"2\")",
            ],
            errors);
    }

    [Fact]
    public void Validate_with_key_puts_it_before_every_key()
    {
        var options = new SchemaValidationOptions { Key = "api_config" };

        Assert.Equal(
            ["config.json:1:6: api_config:a: has the wrong type (expected a string, found the number 1)"],
            SchemaTestFiles.Errors("""{"properties":{"a":{"type":"string"}}}""", """{"a":1}""", options));
    }

    [Fact]
    public void Validate_names_the_keyword_as_the_check()
    {
        ConfigurationError error = Assert.Single(SchemaTestFiles.Schema("""{"minimum":1}""").Validate(SchemaTestFiles.Json("0")));

        Assert.Equal("schema:minimum", error.Check);
    }

    [Fact]
    public void Validate_same_failure_twice_is_reported_once() => Assert.Single(SchemaTestFiles.Errors(
        """{"allOf":[{"$ref":"#/$defs/a"},{"$ref":"#/$defs/a"}],"$defs":{"a":{"minimum":1}}}""", "0"));

    [Fact]
    public void Validate_long_text_is_cut_but_never_through_a_character()
    {
        string text = new string('x', 59) + "😀😀";

        Assert.Equal(
            [$"config.json:1:1: has the wrong type (expected an integer, found the string \"{new string('x', 59)}...\")"],
            SchemaTestFiles.Errors("""{"type":"integer"}""", $"\"{text}\""));
    }
}
