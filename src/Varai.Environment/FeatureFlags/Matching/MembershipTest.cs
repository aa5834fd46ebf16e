using System.Collections.Frozen;
using System.Globalization;
using Varai.FeatureFlags.Conditions;

namespace Varai.FeatureFlags.Matching;

/// <summary>Whether an attribute equals one of several values.</summary>
internal sealed class MembershipTest : ValueTest
{
    // Up to here comparing one by one is as quick as hashing, and much quicker to prepare.
    private const int HashFrom = 5;

    private readonly StringComparison _comparison;
    private readonly string[] _few = [];
    private readonly FrozenSet<string>? _many;
    private readonly double[] _numbers;
    private readonly double[] _numbersOfText;
    private readonly long[] _moments;
    private readonly bool _hasTrue;
    private readonly bool _hasFalse;
    private readonly bool _hasTextTrue;
    private readonly bool _hasTextFalse;
    private readonly string _text;

    public MembershipTest(IReadOnlyList<ClauseValue> values, bool ignoreCase)
    {
        _comparison = ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        StringComparer comparer = ignoreCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
        string[] texts = [.. values.Where(v => v.IsText).Select(v => v.Text).Distinct(comparer)];
        if (texts.Length < HashFrom)
            _few = texts;
        else
            _many = texts.ToFrozenSet(comparer);

        _numbers = Sort(values.Where(v => v.IsNumber).Select(v => v.Number));
        _numbersOfText = Sort(texts.Where(IsNumberAsWritten).Select(text => double.Parse(text, CultureInfo.InvariantCulture)));
        _moments = [.. texts.Select(text => MomentText.TryParse(text, out long ticks) ? ticks : -1).Where(ticks => ticks >= 0).Order()];
        _hasTrue = values.Any(v => v.IsBoolean && v.Text == "true");
        _hasFalse = values.Any(v => v.IsBoolean && v.Text == "false");
        _hasTextTrue = HasText("true");
        _hasTextFalse = HasText("false");
        string list = ClauseText.List([.. values.Select(v => v.IsText ? v.Text.Length == 0 ? "''" : v.Text : v.Text)]);
        _text = values.Count == 1 ? list : $"one of {list}";
    }

    public override MatchOutcome Evaluate(in FlagValue value, ref FlagQuery query) => value.Kind switch
    {
        FlagValueKind.String => Has(value.String!).ToOutcome(),
        FlagValueKind.Number => (Has(_numbers, value.Number) || Has(_numbersOfText, value.Number)).ToOutcome(),
        FlagValueKind.Boolean => (value.Boolean ? _hasTrue || _hasTextTrue : _hasFalse || _hasTextFalse).ToOutcome(),
        FlagValueKind.Time => (Array.BinarySearch(_moments, value.Time.UtcTicks) >= 0).ToOutcome(),
        _ => HasAny(Items(in value)).ToOutcome(),
    };

    public override string Describe(bool holds) => holds ? $"is {_text}" : $"is not {_text}";

    public override string DescribeMisfit(in FlagValue value) => "nothing to compare";

    // A number that is compared with text is compared with the text as which it is written.
    private static bool IsNumberAsWritten(string text) =>
        NumberText.TryParse(text, out double number) && number.ToString("R", CultureInfo.InvariantCulture) == text;

    private static double[] Sort(IEnumerable<double> numbers) => [.. numbers.Distinct().Order()];

    private static bool Has(double[] numbers, double number) => numbers.Length > 0 && Array.BinarySearch(numbers, number) >= 0;

    private bool HasAny(ReadOnlySpan<string?> items)
    {
        foreach (string? item in items)
        {
            if (item is not null && Has(item))
                return true;
        }

        return false;
    }

    private bool Has(string text) =>
        HasText(text)
        || (_numbers.Length > 0 && NumberText.TryParse(text, out double number) && Has(_numbers, number))
        || ((_hasTrue || _hasFalse) && bool.TryParse(text, out bool boolean) && (boolean ? _hasTrue : _hasFalse));

    private bool HasText(string text)
    {
        if (_many is not null)
            return _many.Contains(text);
        foreach (string one in _few)
        {
            if (string.Equals(one, text, _comparison))
                return true;
        }

        return false;
    }
}
