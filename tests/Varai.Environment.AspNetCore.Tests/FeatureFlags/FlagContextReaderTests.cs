using System.Buffers;
using System.Text;
using System.Text.Json;
using CsCheck;
using Varai.AspNetCore.Tests.TestResources;

namespace Varai.AspNetCore.Tests.FeatureFlags;

public sealed class FlagContextReaderTests
{
    private static readonly Gen<string> Names = OneOf("context", "targetingKey", "groups", "Groups", "a", "A", "a.b", "", "\ud800", "ä\"\\");

    private static readonly Gen<string> Scalars = Gen.OneOf(
        OneOf("null", "true", "false", "0", "-0", "1e999", "1.5", "9007199254740993", "\"x\"", "\"\"", "\"\\ud800\"", "\"2026-01-01T00:00:00Z\"", "nul", "01"),
        Gen.String.Select(text => JsonSerializer.Serialize(text)),
        Gen.Double.Select(number => number.ToString("R", System.Globalization.CultureInfo.InvariantCulture)));

    private static readonly Gen<string> Json = Gen.Recursive<string>((depth, inner) => depth > 4
        ? Scalars
        : Gen.Frequency(
            (3, Scalars),
            (1, inner.Array[0, 3].Select(items => $"[{string.Join(',', items)}]")),
            (3, Gen.Select(Names, inner).Array[0, 4].Select(members =>
                $"{{{string.Join(',', members.Select(m => $"\"{m.Item1.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\":{m.Item2}"))}}}"))));

    [Fact]
    public void Read_EveryKindOfAttribute_BecomesAFlagValue()
    {
        FlagContext context = Context("""
            {"targetingKey":"u1","text":"x","whole":3,"part":-1.5,"yes":true,"no":false,"nothing":null,
             "list":["a","b"],"mixed":["a",1.50,true,null,{"x":1},["y"]],"empty":[],"when":"2026-01-01T00:00:00Z"}
            """);

        Assert.Equal("u1", context.TargetingKey);
        Assert.Empty(context.Groups);
        Assert.Equal(
            ["text String x", "whole Number 3", "part Number -1.5", "yes Boolean true", "no Boolean false",
             "list Strings a,b", "mixed Strings a,1.50,true", "empty Strings ", "when String 2026-01-01T00:00:00Z"],
            context.Attributes.Select(a => $"{a.Key} {a.Value.Kind} {a.Value}"));
    }

    [Fact]
    public void Read_Objects_AreFlattened()
    {
        FlagContext context = Context("""{"user":{"plan":"pro","address":{"country":"DE"},"targetingKey":"t","groups":["g"]},"none":{}}""");

        Assert.Equal(
            ["user.plan=pro", "user.address.country=DE", "user.targetingKey=t", "user.groups=g"],
            context.Attributes.Select(a => $"{a.Key}={a.Value}"));
        Assert.Null(context.TargetingKey);
    }

    [Theory]
    [InlineData("""["b","a"]""", "b,a")]
    [InlineData("\"one\"", "one")]
    [InlineData("[]", "")]
    [InlineData("null", "")]
    public void Read_Groups_AreStringsInTheirOrder(string json, string expected) =>
        Assert.Equal(expected, string.Join(',', Context($$"""{"gRoups":{{json}}}""").Groups));

    [Theory]
    [InlineData("""["a",1]""")]
    [InlineData("1")]
    [InlineData("{}")]
    public void Read_OtherGroups_AreRefused(string json) =>
        Assert.Equal(new FlagRequestProblem("INVALID_CONTEXT", "The groups are an array of strings."), Problem($$"""{"groups":{{json}}}"""));

    [Fact]
    public void Read_NamesThatDifferInCase_TakesTheLast() => Assert.Equal(2, Context("""{"a":1,"A":2}""")["a"].Number);

    [Fact]
    public void Read_ATargetingKeyInAnotherCase_IsNone() => Assert.Null(Context("""{"TargetingKey":"u"}""").TargetingKey);

    [Theory]
    [InlineData(FlagContextReader.MaximumAttributes, null)]
    [InlineData(FlagContextReader.MaximumAttributes + 1, "The context has more than 256 attributes.")]
    public void Read_ManyAttributes_UpToTheLimit(int count, string? problem) =>
        Assert.Equal(problem, Problem($"{{\"o\":{{{string.Join(',', Enumerable.Range(0, count).Select(i => $"\"a{i}\":1"))}}}}}")?.Details);

    [Theory]
    [InlineData(FlagContextReader.MaximumAttributes, null)]
    [InlineData(FlagContextReader.MaximumAttributes + 1, "The context has more than 256 groups.")]
    public void Read_ManyGroups_UpToTheLimit(int count, string? problem) =>
        Assert.Equal(problem, Problem($$"""{"groups":[{{string.Join(',', Enumerable.Repeat("\"g\"", count))}}]}""")?.Details);

    [Theory]
    [InlineData(127, null)] // and a dot, and 128
    [InlineData(128, "An attribute of the context has a name of more than 256 characters.")]
    public void Read_LongNames_UpToTheLimit(int length, string? problem) =>
        Assert.Equal(problem, Problem($"{{\"{new string('x', length)}\":{{\"{new string('y', 128)}\":1}}}}")?.Details);

    [Fact]
    public void Read_DeeperThanTheLimit_IsRefused()
    {
        // The body is one level more.
        Assert.Null(Problem(Nested(31)));
        Assert.Equal("PARSE_ERROR", Problem(Nested(32))!.Code);

        static string Nested(int levels) => string.Concat(Enumerable.Repeat("{\"a\":", levels)) + "1" + new string('}', levels);
    }

    [Fact]
    public void Read_TextInManySegments_IsReadAsOne()
    {
        byte[] body = Encoding.UTF8.GetBytes("""{"context":{"targetingKey":"ü🚀","a":12}}""");

        Assert.Null(FlagContextReader.Read(Segments(body, 1), out FlagContext? context));
        Assert.Equal("ü🚀", context!.TargetingKey);
        Assert.Equal(12, context["a"].Number);
    }

    [Fact]
    public void Read_RandomBytes_GivesAContextOrAProblem() => Gen.Byte.Array[0, 60].Sample(IsWhole, iter: 20_000);

    [Fact]
    public void Read_RandomBytesInTheRightPlace_GivesAContextOrAProblem() =>
        Gen.Byte.Array[0, 20].Sample(bytes => IsWhole([.. "{\"context\":{\"targetingKey\":\""u8, .. bytes, .. "\"}}"u8]), iter: 20_000);

    [Fact]
    public void Read_RandomJson_GivesAContextOrAProblem() => Json.Sample(json => IsWhole(Encoding.UTF8.GetBytes($"{{\"context\":{json}}}")), iter: 20_000);

    [Fact]
    public async Task Evaluate_RandomBodies_AreNeverAFailureOfOurs()
    {
        await using FlagServer server = await FlagServer.StartAsync();
        server.Flags.Set("f", enabled: true);

        // Each reply is held against the protocol's description, too.
        await Gen.OneOf(Gen.Byte.Array[0, 60], Json.Select(json => Encoding.UTF8.GetBytes($"{{\"context\":{json}}}"))).SampleAsync(
            async bytes =>
            {
                using var content = new ByteArrayContent(bytes);
                content.Headers.Add("Content-Type", "application/json");
                Reply reply = await server.SendAsync(FlagServer.OnePath + "f", content);
                Assert.InRange((int)reply.Status, 200, 400);
            },
            iter: 300,
            threads: 2);
    }

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static void IsWhole(byte[] body)
    {
        FlagRequestProblem? problem = FlagContextReader.Read(new ReadOnlySequence<byte>(body), out FlagContext? context);
        Assert.True(problem is null == context is not null);
        if (context is null)
            Assert.True(problem!.Code is "PARSE_ERROR" or "INVALID_CONTEXT");
        else
            Assert.All(context.Attributes, a => Assert.NotEqual(FlagValueKind.None, a.Value.Kind));
    }

    private static FlagContext Context(string json)
    {
        Assert.Null(FlagContextReader.Read(Body(json), out FlagContext? context));
        return context!;
    }

    private static FlagRequestProblem? Problem(string json) => FlagContextReader.Read(Body(json), out _);

    private static ReadOnlySequence<byte> Body(string context) => new(Encoding.UTF8.GetBytes($"{{\"context\":{context}}}"));

    private static ReadOnlySequence<byte> Segments(byte[] bytes, int size)
    {
        var first = new Segment(bytes.AsMemory(0, size), before: null);
        Segment last = first;
        for (int i = size; i < bytes.Length; i += size)
            last = new Segment(bytes.AsMemory(i, Math.Min(size, bytes.Length - i)), last);
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? before)
        {
            Memory = memory;
            if (before is null)
                return;
            RunningIndex = before.RunningIndex + before.Memory.Length;
            before.Next = this;
        }
    }
}
