using System.Globalization;
using Varai.Configuration;
using Varai.FeatureFlags;

namespace Varai.Tests.FeatureFlags;

public sealed class FeatureParametersTests
{
    private readonly List<string> _mismatches = [];
    private readonly FeatureParameters _parameters;

    public FeatureParametersTests() => _parameters = new FeatureParameters(
        Nodes.Parse("""
            {
              "flag": true, "whole": 42, "large": 9007199254740993, "rate": 0.25, "money": 12.345678901234567890,
              "text": "hello", "wait": "00:00:30", "mode": "append", "nothing": null,
              "quoted": "42", "quotedFlag": "True", "exponent": 1e3, "list": [1], "nested": { "x": 1 }, "days": "30", "huge": 1e400
            }
            """),
        (parameter, problem) => _mismatches.Add($"{parameter}: {problem}"));

    [Fact]
    public void Get_reads_every_type()
    {
        Assert.True(_parameters.Get("flag", fallback: false));
        Assert.Equal(42, _parameters.Get("whole", 0));
        Assert.Equal(9007199254740993, _parameters.Get("large", 0L));
        Assert.Equal(0.25, _parameters.Get("rate", 0.0));
        Assert.Equal(12.345678901234567890m, _parameters.Get("money", 0m));
        Assert.Equal("hello", _parameters.Get("text", ""));
        Assert.Equal(TimeSpan.FromSeconds(30), _parameters.Get("WAIT", TimeSpan.Zero));
        Assert.Equal(FileMode.Append, _parameters.Get("mode", FileMode.Open));
        Assert.Equal(42, _parameters.Get("quoted", 0));
        Assert.True(_parameters.Get("quotedFlag", fallback: false));
        Assert.Equal(1000, _parameters.Get("exponent", 0));
        Assert.Equal(42.0, _parameters.Get("whole", 0.0));
        Assert.Equal("42", _parameters.Get("whole", ""));
        Assert.Equal("true", _parameters.Get("flag", ""));
        Assert.Empty(_mismatches);
    }

    [Fact]
    public void Get_absent_or_null_is_the_fallback_without_a_word()
    {
        Assert.Equal(7, _parameters.Get("absent", 7));
        Assert.Equal(7, _parameters.Get("nothing", 7));
        Assert.Null(_parameters.Get<string>("absent", null));
        Assert.Null(_parameters.Get("absent", (int?)null));
        Assert.Equal(42, _parameters.Get("whole", (int?)null));
        Assert.Equal(TimeSpan.FromSeconds(30), _parameters.Get("wait", (TimeSpan?)null));
        Assert.Empty(_mismatches);
    }

    [Fact]
    public void Get_wrong_type_is_the_fallback_and_told_without_the_value()
    {
        Assert.Equal(7, _parameters.Get("text", 7));
        Assert.Equal(7, _parameters.Get("rate", 7));
        Assert.Equal(7, _parameters.Get("large", 7));
        Assert.Equal(7.0, _parameters.Get("huge", 7.0));
        Assert.Equal(TimeSpan.MaxValue, _parameters.Get("days", TimeSpan.MaxValue));
        Assert.Equal(FileMode.Open, _parameters.Get("whole", FileMode.Open));
        Assert.Equal("fallback", _parameters.Get("list", "fallback"));

        Assert.Equal(
            [
                "text: expected a whole number in the range of Int32, found a string at flags.json:3:11",
                "rate: expected a whole number in the range of Int32, found a number at flags.json:2:65",
                "large: expected a whole number in the range of Int32, found a number at flags.json:2:39",
                "huge: expected a number, found a number at flags.json:4:115",
                "days: expected a duration such as \"00:00:30\", found a string at flags.json:4:101",
                "whole: expected one of CreateNew, Create, Open, OpenOrCreate, Truncate, Append, found a number at flags.json:2:26",
                "list: expected text, found an array at flags.json:4:66",
            ],
            _mismatches);
    }

    [Fact]
    public void Get_does_not_depend_on_the_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NumberGroupSeparator = "." } };
            Assert.Equal(0.25, _parameters.Get("rate", 0.0));
            Assert.Equal(12.345678901234567890m, _parameters.Get("money", 0m));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void TryGet_says_whether_it_is_there_and_of_the_type()
    {
        Assert.True(_parameters.TryGet("rate", out double rate));
        Assert.Equal(0.25, rate);
        Assert.False(_parameters.TryGet("absent", out double _));
        Assert.False(_parameters.TryGet("text", out int _));
        Assert.Empty(_mismatches);
    }

    [Fact]
    public void Get_unsupported_type_says_what_is_supported()
    {
        var error = Assert.Throws<NotSupportedException>(() => _parameters.Get("whole", Guid.Empty));
        Assert.StartsWith("A feature parameter can't be read as System.Guid. Read it as bool, int,", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GetNode_gives_nested_values_and_Names_all_names()
    {
        Assert.Equal("1", _parameters.GetNode("nested")!.FindKey("x")!.Text);
        Assert.Equal(ConfigurationNodeKind.Array, _parameters.GetNode("list")!.Kind);
        Assert.Null(_parameters.GetNode("absent"));
        Assert.Equal(["flag", "whole", "large"], _parameters.Names.Take(3));
    }

    [Fact]
    public void Empty_has_nothing()
    {
        Assert.Equal(7, FeatureParameters.Empty.Get("x", 7));
        Assert.False(FeatureParameters.Empty.TryGet("x", out int _));
        Assert.Empty(FeatureParameters.Empty.Names);
    }
}
