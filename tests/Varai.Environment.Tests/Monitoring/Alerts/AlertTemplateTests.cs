using Varai.Monitoring;

namespace Varai.Tests.Monitoring.Alerts;

public sealed class AlertTemplateTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("", "")]
    [InlineData("{{ $value }}", "2000.5")]
    [InlineData("{{$labels.region}}: {{ $value | humanize }}", "eu: 2.001k")]
    [InlineData("{{ index $labels \"http.route\" }}", "/orders")]
    [InlineData("{{ $labels.none }}!", "!")]
    [InlineData("a {{- \" }} \" }} b", "a }}  b")]
    [InlineData("{{ printf \"%.1f of %s\" $value $labels.region }}", "2000.5 of eu")]
    [InlineData("{ } }} {", "{ } }} {")]
    public void Render_Template_FillsIn(string template, string expected)
    {
        var labels = new Dictionary<string, string> { ["region"] = "eu", ["http.route"] = "/orders" };
        Assert.Equal(expected, AlertTemplate.Parse(template).Render(labels, 2000.5));
    }

    [Fact]
    public void Render_MissingValue_IsNotANumber() =>
        Assert.Equal("NaN", AlertTemplate.Parse("{{ $value }}").Render(new Dictionary<string, string>(), value: null));

    [Theory]
    [InlineData("{{ $value", "'{{ $value': what begins with '{{' at position 1 has no '}}'.")]
    [InlineData("{{ }}", "'{{ }}': at position 4, a function, $value or $labels is expected.")]
    [InlineData("{{ $valu }}", "'{{ $valu }}': at position 4, '$valu' is neither $value nor $labels.name.")]
    [InlineData("{{ $labels }}", "'{{ $labels }}': at position 4, '$labels' is neither $value nor $labels.name.")]
    [InlineData("{{ query \"up\" }}", "'{{ query \"up\" }}': at position 4, there is no function 'query'; there are humanize, humanize1024, humanizeDuration, humanizePercentage, index, printf, toLower, toUpper.")]
    [InlineData("{{ humanize }}", "'{{ humanize }}': at position 4, 'humanize' takes 1 arguments, and here are 0.")]
    [InlineData("{{ $value $value }}", "'{{ $value $value }}': at position 4, only a function takes arguments.")]
    [InlineData("{{ printf \"%x\" $value }}", "'{{ printf \"%x\" $value }}': at position 4, printf knows no '%x', only %v, %s, %q, %f, %g, %e, %d and %%.")]
    [InlineData("{{ printf \"%f\" }}", "'{{ printf \"%f\" }}': at position 4, the format \"%f\" takes 1 values, and here are 0.")]
    [InlineData("{{ index $labels region }}", "'{{ index $labels region }}': at position 18, 'region' is neither $value, $labels.name, a text in quotes nor a number.")]
    [InlineData("{{ $value | }}", "'{{ $value | }}': at position 13, a function, $value or $labels is expected.")]
    public void Parse_Malformed_SaysWhereAndWhy(string template, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => AlertTemplate.Parse(template)).Message);

    [Fact]
    public void Parse_AnyText_GivesATemplateOrOurError()
    {
        var random = new Random(5);
        string[] pieces = ["{{", "}}", "$value", "$labels", ".", "a", "|", "\"", "\\", " ", "-", "printf", "humanize", "%.99f", "%", "index", "1e5"];
        for (int i = 0; i < 50_000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => pieces[random.Next(pieces.Length)]));
            try
            {
                AlertTemplate.Parse(text).Render(new Dictionary<string, string> { ["a"] = "b" }, i);
            }
            catch (FormatException)
            {
                // Ours.
            }
        }
    }
}
