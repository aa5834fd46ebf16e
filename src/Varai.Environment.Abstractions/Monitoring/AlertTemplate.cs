using System.Globalization;
using System.Text;

namespace Varai.Monitoring;

/// <summary>A text with places for an alert's labels and value, in the part of Prometheus' template language that alerts use:
/// <c>{{ $labels.region }}</c>, <c>{{ index $labels "http.route" }}</c> for names with dots, <c>{{ $value }}</c>, and the functions
/// <c>humanize</c>, <c>humanize1024</c>, <c>humanizePercentage</c>, <c>humanizeDuration</c>, <c>toUpper</c>, <c>toLower</c> and <c>printf</c>, as
/// <c>{{ humanize $value }}</c> or <c>{{ $value | humanize }}</c>.</summary>
/// <remarks>Texts come out as Prometheus would write them (its template functions are documented at
/// <see href="https://prometheus.io/docs/prometheus/latest/configuration/template_reference/"/>). A label that is not there is empty, a missing
/// value is <c>NaN</c>.</remarks>
public sealed class AlertTemplate
{
    private readonly IReadOnlyList<Part> _parts;

    private AlertTemplate(string text, IReadOnlyList<Part> parts)
    {
        Text = text;
        _parts = parts;
    }

    /// <summary>The template as it is written.</summary>
    public string Text { get; }

    /// <summary>Whether what it gives depends on the value.</summary>
    public bool UsesValue => _parts.Any(p => p.Pipeline?.UsesValue == true);

    /// <summary>Reads a template.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">It is not a template; the message says where and why.</exception>
    public static AlertTemplate Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = new List<Part>();
        int at = 0;
        bool trims = false;
        while (at <= text.Length)
        {
            int open = text.IndexOf("{{", at, StringComparison.Ordinal);
            string literal = open < 0 ? text[at..] : text[at..open];
            if (trims)
                literal = literal.TrimStart();
            if (open < 0)
            {
                parts.Add(new Part(literal, Pipeline: null));
                break;
            }

            int close = AlertTemplateReader.FindEnd(text, open + 2);
            if (close < 0)
                throw new FormatException($"'{text}': what begins with '{{{{' at position {open + 1} has no '}}}}'.");
            (int from, int to) = (open + 2, close);
            if (text.AsSpan(from, to - from).StartsWith("- "))
            {
                literal = literal.TrimEnd();
                from += 2;
            }

            trims = to - from >= 2 && text.AsSpan(from, to - from).EndsWith(" -");
            if (trims)
                to -= 2;
            parts.Add(new Part(literal, Pipeline: null));
            parts.Add(new Part("", new AlertTemplateReader(text, from, to).ReadPipeline()));
            at = close + 2;
        }

        return new AlertTemplate(text, parts);
    }

    /// <summary>Fills the template in.</summary>
    /// <param name="labels">The labels.</param>
    /// <param name="value">The value; <see langword="null"/> when it is missing.</param>
    public string Render(IReadOnlyDictionary<string, string> labels, double? value)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (_parts is [{ Pipeline: null } only])
            return only.Literal;
        var text = new StringBuilder();
        foreach (Part part in _parts)
        {
            text.Append(part.Literal);
            if (part.Pipeline is { } pipeline)
                text.Append(AlertTemplateFunctions.ToText(pipeline.Evaluate(labels, value ?? double.NaN)));
        }

        return text.ToString();
    }

    /// <summary>The template as it is written.</summary>
    public override string ToString() => Text;

    private sealed record Part(string Literal, AlertTemplatePipeline? Pipeline);
}
