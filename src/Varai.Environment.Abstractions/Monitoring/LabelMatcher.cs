using System.Text.RegularExpressions;

namespace Varai.Monitoring;

/// <summary>Selects series by one label.</summary>
public sealed class LabelMatcher
{
    private readonly Regex? _regex;

    /// <summary>Creates a matcher.</summary>
    /// <param name="label">The label's name, such as <c>http.response.status_code</c>.</param>
    /// <param name="comparison">How it compares.</param>
    /// <param name="value">The value, or a regular expression without backreferences and lookaround; matching takes time in proportion to
    /// the text.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such comparison.</exception>
    /// <exception cref="ArgumentException">The label is empty, or the expression is not valid.</exception>
    public LabelMatcher(string label, LabelComparison comparison, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(label);
        ArgumentNullException.ThrowIfNull(value);
        if (!Enum.IsDefined(comparison))
            throw new ArgumentOutOfRangeException(nameof(comparison), comparison, "There is no such comparison.");
        Label = label;
        Comparison = comparison;
        Value = value;
        if (comparison is not (LabelComparison.Matches or LabelComparison.DoesNotMatch))
            return;
        try
        {
            _regex = new Regex($"\\A(?:{value})\\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline);
        }
        catch (NotSupportedException e)
        {
            throw new ArgumentException($"The expression '{value}' for the label '{label}' can't be used: {e.Message}", nameof(value), e);
        }
    }

    /// <summary>The label's name.</summary>
    public string Label { get; }

    /// <summary>How it compares.</summary>
    public LabelComparison Comparison { get; }

    /// <summary>The value or the regular expression.</summary>
    public string Value { get; }

    /// <summary>Whether a series with a value of the label is selected.</summary>
    /// <param name="value">The label's value; empty for a series without the label.</param>
    public bool Matches(string value) => Comparison switch
    {
        LabelComparison.Equal => value == Value,
        LabelComparison.NotEqual => value != Value,
        LabelComparison.Matches => _regex!.IsMatch(value),
        _ => !_regex!.IsMatch(value),
    };

    /// <summary>The matcher as Prometheus writes it.</summary>
    public override string ToString() => $"{Label}{Operator}\"{Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private string Operator => Comparison switch
    {
        LabelComparison.Equal => "=",
        LabelComparison.NotEqual => "!=",
        LabelComparison.Matches => "=~",
        _ => "!~",
    };
}
