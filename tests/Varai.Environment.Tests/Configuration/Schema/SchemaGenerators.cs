using System.Globalization;
using CsCheck;

namespace Varai.Tests.Configuration.Schema;

/// <summary>Random schemas and documents over few names and values, so that they meet often.</summary>
internal static class SchemaGenerators
{
    private static readonly Gen<string> Name = Gen.OneOf(
        Gen.Const("a"), Gen.Const("b"), Gen.Const("ab"), Gen.Const("A"), Gen.Const(""), Gen.Const("long-name"));

    private static readonly Gen<string> Scalar = Gen.OneOf(
        Gen.Const("null"), Gen.Const("true"), Gen.Const("false"), Gen.Const("\"\""), Gen.Const("\"a\""), Gen.Const("\"aab\""), Gen.Const("\"😀\""),
        Gen.Const("\"${secret:x}\""), Gen.Const("\"x${secret:x}\""), Gen.Const("1.0"), Gen.Const("1e400"), Gen.Const("-0.5"),
        Gen.Int[-3, 8].Select(number => number.ToString(CultureInfo.InvariantCulture)));

    private static readonly Gen<string> Count = Gen.Int[0, 3].Select(number => number.ToString(CultureInfo.InvariantCulture));

    private static readonly Gen<string> Type = Gen.OneOf(
        Gen.Const("null"), Gen.Const("boolean"), Gen.Const("integer"), Gen.Const("number"), Gen.Const("string"), Gen.Const("array"), Gen.Const("object"))
        .Select(Quote);

    public static Gen<string> Document { get; } = DocumentOf(3);

    /// <summary>Valid schemas that never lead back to themselves in place.</summary>
    public static Gen<string> Schema { get; } = SchemaOf(3);

    private static Gen<string> DocumentOf(int depth) => depth == 0
        ? Scalar
        : Gen.Frequency(
            (2, Scalar),
            (3, DocumentOf(depth - 1).Array[0, 4].Select(items => $"[{string.Join(',', items)}]")),
            (4, MapOf(DocumentOf(depth - 1), 4)));

    private static Gen<string> SchemaOf(int depth) => depth == 0
        ? Gen.OneOf(Gen.Const("true"), Gen.Const("false"), Gen.Const("{}"), Object(Assertion))
        : Gen.Frequency((1, Gen.Const("false")), (4, Object(Assertion)), (10, Object(Gen.OneOf(Assertion, Applicator(depth - 1), Applicator(depth - 1)))));

    private static Gen<string> Assertion => Gen.OneOf(
        Type.Select(type => $"\"type\":{type}"),
        Gen.Select(Type, Type).Where((one, other) => one != other).Select((one, other) => $"\"type\":[{one},{other}]"),
        Document.Select(value => $"\"const\":{value}"),
        Document.Array[1, 3].Select(values => $"\"enum\":[{string.Join(',', values)}]"),
        Gen.Select(KeywordOf("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), Gen.Int[-2, 5]).Select((name, value) => $"{name}:{value}"),
        Gen.Select(KeywordOf("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), Count).Select((name, value) => $"{name}:{value}"),
        Gen.Int[1, 4].Select(step => $"\"multipleOf\":{step}"),
        Gen.Const("\"uniqueItems\":true"),
        Gen.Const("\"pattern\":\"^a\""),
        Gen.Const("\"format\":\"ipv4\""),
        Gen.Const("\"writeOnly\":true"),
        Name.Select(name => $"\"required\":[{Quote(name)}]"),
        Gen.Select(Name, Name).Select((one, other) => $"\"dependentRequired\":{{{Quote(one)}:[{Quote(other)}]}}"));

    private static Gen<string> Applicator(int depth)
    {
        Gen<string> schema = SchemaOf(depth);
        Gen<string> list = schema.Array[1, 3].Select(schemas => $"[{string.Join(',', schemas)}]");
        return Gen.OneOf(
            Gen.Select(KeywordOf("properties", "dependentSchemas"), MapOf(schema, 3)).Select((name, value) => $"{name}:{value}"),
            Gen.Select(schema, schema).Select((one, other) => $"\"patternProperties\":{{\"^a\":{one},\"b$\":{other}}}"),
            Gen.Select(KeywordOf("allOf", "anyOf", "oneOf", "prefixItems"), list).Select((name, value) => $"{name}:{value}"),
            Gen.Select(
                KeywordOf("additionalProperties", "unevaluatedProperties", "unevaluatedItems", "items", "contains", "not", "propertyNames"), schema)
                .Select((name, value) => $"{name}:{value}"),
            Gen.Select(schema, schema, schema).Select((condition, then, otherwise) => $"\"if\":{condition},\"then\":{then},\"else\":{otherwise}"),
            Gen.Select(schema, Count, Count).Select((contains, low, high) => $"\"contains\":{contains},\"minContains\":{low},\"maxContains\":{high}"));
    }

    // Of two equal keywords the first stays: a document must not hold a name twice.
    private static Gen<string> Object(Gen<string> member) => member.Array[1, 4].Select(members =>
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return $"{{{string.Join(',', members.Where(text => seen.Add(text.Split(':')[0]) && Fits(text, seen)))}}}";
    });

    // if and contains bring further keywords along, which are looked at as one.
    private static bool Fits(string member, HashSet<string> seen) =>
        !member.StartsWith("\"contains\"", StringComparison.Ordinal) || seen.Add("\"minContains\"");

    private static Gen<string> MapOf(Gen<string> value, int most) => Gen.Select(Name, value).Array[0, most].Select(members =>
        $"{{{string.Join(',', members.DistinctBy(member => member.Item1).Select(member => $"{Quote(member.Item1)}:{member.Item2}"))}}}");

    private static Gen<string> KeywordOf(params string[] names) => Gen.Int[0, names.Length - 1].Select(index => Quote(names[index]));

    private static string Quote(string text) => $"\"{text}\"";
}
