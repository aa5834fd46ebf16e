namespace Varai.Tests.Configuration.Schema;

public sealed class SchemaAlternativesTests
{
    private const string Stores = """
        {"oneOf":[
          {"properties":{"kind":{"const":"file"},"path":{"type":"string"}},"required":["kind","path"]},
          {"properties":{"kind":{"const":"redis"},"host":{"type":"string"},"port":{"type":"integer"}},"required":["kind","host"],
           "additionalProperties":false}]}
        """;

    [Fact]
    public void Validate_discriminated_alternative_reports_only_its_own_failures() => Assert.Equal(
        [
            "config.json:1:1: host: the required key is missing (found the key 'hots') Did you mean 'host'?",
            "config.json:1:17: hots: is not a known key (expected 'kind', 'host' or 'port') Did you mean 'host'?",
            "config.json:1:35: port: has the wrong type (expected an integer, found the string \"6379\")",
        ],
        SchemaTestFiles.Errors(Stores, """{"kind":"redis","hots":"a","port":"6379"}"""));

    [Fact]
    public void Validate_wrong_discriminator_lists_those_of_all_alternatives() => Assert.Equal(
        ["config.json:1:9: kind: is none of the values allowed (expected \"file\" or \"redis\", found the string \"rediss\") Did you mean 'redis'?"],
        SchemaTestFiles.Errors(Stores, """{"kind":"rediss","host":"a"}"""));

    [Fact]
    public void Validate_wrong_type_for_every_alternative_names_all_types() => Assert.Equal(
        ["config.json:1:1: has the wrong type (expected an object or a string, found true)"],
        SchemaTestFiles.Errors("""{"anyOf":[{"type":"string"},{"type":"object","required":["a"]}]}""", "true"));

    [Fact]
    public void Validate_right_type_is_nearer_than_fewer_failures() => Assert.Equal(
        [
            "config.json:1:1: host: the required key is missing",
            "config.json:1:1: port: the required key is missing",
        ],
        SchemaTestFiles.Errors("""{"anyOf":[{"type":"string"},{"type":"object","required":["host","port"]}]}""", "{}"));

    [Fact]
    public void Validate_constants_as_alternatives_read_like_an_enum() => Assert.Equal(
        ["config.json:1:1: is none of the values allowed (expected \"on\" or \"off\", found the string \"onn\") Did you mean 'on'?"],
        SchemaTestFiles.Errors("""{"oneOf":[{"const":"on"},{"const":"off"}]}""", "\"onn\""));

    [Fact]
    public void Validate_failed_alternative_does_not_hide_unknown_keys() => Assert.Equal(
        [
            "config.json:1:6: a: has the wrong type (expected an integer, found the string \"x\")",
            "config.json:1:10: zzz: is not a known key (expected 'a' or 'b')",
        ],
        SchemaTestFiles.Errors(
            """{"anyOf":[{"properties":{"a":{"type":"integer"}}},{"properties":{"b":{}},"required":["b"],"type":"array"}],"unevaluatedProperties":false}""",
            """{"a":"x","zzz":1}"""));
}
