using Varai.Configuration;
using Varai.Configuration.Documents;

namespace Varai.Tests.Configuration.Documents;

public sealed class CanonicalJsonTests
{
    // The form is part of every stored hash. A change of these lines is a change of the format.
    [Fact]
    public void Write_Document_IsTheFixedForm()
    {
        ConfigurationNode node = Sample.Good("""
            {
              // members are sorted by their UTF-16 units: capitals first, emoji before the last of the basic plane
              "b": [1, 1.0, 1E5, -0, true, null, {}, []], "B2": { "z": "é/\u00e9<>&'\u007f", "a": "\" \\ \b \f \n \r \t \u0001" },
              "\uffee": 1, "😀": 2, "": 3,
            }
            """);

        Assert.Equal(
            "{\"\":3,\"B2\":{\"a\":\"\\\" \\\\ \\b \\f \\n \\r \\t \\u0001\",\"z\":\"é/é<>&'\u007f\"},\"b\":[1,1.0,1E5,-0,true,null,{},[]],\"😀\":2,\"\uffee\":1}",
            CanonicalJson.WriteText(node));
        Assert.Equal("e6da64a4fe8e7af990a61403854bf202a430c1059a23f16aeb3f80acbf43067c", CanonicalJson.Hash(node));
    }

    [Fact]
    public void Hash_EmptyObject_IsThatOfItsTwoBytes() =>
        Assert.Equal("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", CanonicalJson.Hash(Sample.Good("{}")));

    [Fact]
    public void Hash_JsonAndYamlOfEqualContent_AreEqual() => Assert.Equal(
        CanonicalJson.Hash(Sample.Good("{\"a\": {\"y\": [1, \"x\"], \"x\": true}}")),
        CanonicalJson.Hash(Sample.Good("a:\n  x: True\n  y:\n  - 1\n  - x\n", "a.yaml")));

    [Fact]
    public void Write_HalfASurrogatePairMadeInCode_IsEscapedAndNotLost() =>
        Assert.Equal("\"a\\ud83db😀\"", CanonicalJson.WriteText(Sample.Text("a\ud83db😀")));

    [Fact]
    public void Write_DepthBeyondTheStack_IsAnExceptionNotTheEndOfTheProcess()
    {
        Assert.Throws<InsufficientExecutionStackException>(() => CanonicalJson.Write(Deep()));
        Assert.Throws<InsufficientExecutionStackException>(() => Deep().HasSameValues(Deep()));
    }

    private static ConfigurationNode Deep()
    {
        ConfigurationNode node = ConfigurationNode.Array([]);
        for (int i = 0; i < 200_000; i++)
            node = ConfigurationNode.Array([node]);
        return node;
    }
}
