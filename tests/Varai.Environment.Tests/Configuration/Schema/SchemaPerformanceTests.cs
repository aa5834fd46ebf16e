using System.Globalization;
using System.Text;
using Varai.Configuration;
using Varai.Configuration.Schema;

namespace Varai.Tests.Configuration.Schema;

public sealed class SchemaPerformanceTests
{
    private const int Sections = 30;
    private const int KeysPerSection = 20;

    [Fact]
    public void IsValid_of_600_keys_allocates_next_to_nothing()
    {
        JsonSchema schema = SchemaTestFiles.Schema(LargeSchema());
        ConfigurationNode document = SchemaTestFiles.Json(LargeDocument());
        Assert.Empty(SchemaTestFiles.Errors(schema, document));

        long before = GC.GetAllocatedBytesForCurrentThread();
        bool valid = schema.IsValid(document);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(valid);
        // One run's lists and the parsed bounds; a byte count that grew with every key would be tens of thousands.
        Assert.InRange(allocated, 0, 4_096);
    }

    [Fact]
    public void Validate_many_unknown_keys_reports_them_all()
    {
        JsonSchema schema = SchemaTestFiles.Schema(LargeSchema());
        ConfigurationNode document = SchemaTestFiles.Json(LargeDocument().Replace("key_1", "kye_1", StringComparison.Ordinal));

        string[] errors = SchemaTestFiles.Errors(schema, document);

        // Of each section: key_1 and key_10 to key_19 are misspelt, and all of them are required.
        Assert.Equal(Sections * 11 * 2, errors.Length);
        Assert.Contains(errors, error => error.Contains("section_3:kye_1: is not a known key", StringComparison.Ordinal)
            && error.EndsWith("Did you mean 'key_1'?", StringComparison.Ordinal));
    }

    [Fact]
    public void Validate_array_of_many_equal_objects_is_not_quadratic()
    {
        string items = string.Join(',', Enumerable.Range(0, 50_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"{{\"id\":{i},\"n\":[1,2]}}")));

        Assert.True(SchemaTestFiles.Schema("""{"uniqueItems":true}""").IsValid(SchemaTestFiles.Json($"[{items}]")));
    }

    private static string LargeSchema()
    {
        var text = new StringBuilder("""{"type":"object","additionalProperties":false,"properties":{""");
        for (int section = 0; section < Sections; section++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(section > 0 ? "," : "")}\"section_{section}\":{{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{{");
            for (int key = 0; key < KeysPerSection; key++)
            {
                string rule = (key % 4) switch
                {
                    0 => """{"type":"integer","minimum":0,"maximum":100000}""",
                    1 => """{"type":"string","minLength":1,"pattern":"^[a-z]+-[0-9]+$"}""",
                    2 => """{"enum":["debug","information","warning"]}""",
                    _ => """{"type":"array","items":{"type":"boolean"},"maxItems":4}""",
                };
                text.Append(CultureInfo.InvariantCulture, $"{(key > 0 ? "," : "")}\"key_{key}\":{rule}");
            }

            text.Append("},\"required\":[").AppendJoin(',', Enumerable.Range(0, KeysPerSection).Select(key => $"\"key_{key}\"")).Append("]}");
        }

        return text.Append("}}").ToString();
    }

    private static string LargeDocument()
    {
        var text = new StringBuilder("{");
        for (int section = 0; section < Sections; section++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(section > 0 ? "," : "")}\"section_{section}\":{{");
            for (int key = 0; key < KeysPerSection; key++)
            {
                string value = (key % 4) switch { 0 => "5000", 1 => "\"name-77\"", 2 => "\"warning\"", _ => "[true,false]" };
                text.Append(CultureInfo.InvariantCulture, $"{(key > 0 ? "," : "")}\"key_{key}\":{value}");
            }

            text.Append('}');
        }

        return text.Append('}').ToString();
    }
}
