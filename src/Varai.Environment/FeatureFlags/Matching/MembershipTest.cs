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
    private readonly string[] _written;

    public MembershipTest(ReadOnlySpan<ClauseValue> values, bool ignoreCase)
    {
        _comparison = ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        _written = new string[values.Length];
        int count = 0;
        List<double>? numbers = null;
        for (int i = 0; i < values.Length; i++)
        {
            _written[i] = values[i].Text;
            if (values[i].IsText)
                count++;
            else if (values[i].IsNumber)
                (numbers ??= []).Add(values[i].Number);
            else if (values[i].Text == "true")
                _hasTrue = true;
            else
                _hasFalse = true;
        }

        string[] texts = count == values.Length ? _written : TextsOf(values, count);
        if (count < HashFrom)
            _few = texts;
        else
            _many = texts.ToFrozenSet(ignoreCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);

        List<double>? numbersOfText = null;
        List<long>? moments = null;
        foreach (string text in texts)
        {
            if (IsNumberAsWritten(text, out double number))
                (numbersOfText ??= []).Add(number);
            else if (MomentText.TryParse(text, out long ticks))
                (moments ??= []).Add(ticks);
        }

        _numbers = Sort(numbers);
        _numbersOfText = Sort(numbersOfText);
        _moments = Sort(moments);
        _hasTextTrue = HasText("true");
        _hasTextFalse = HasText("false");
    }

    public override MatchOutcome Evaluate(in FlagValue value, ref FlagQuery query) => value.Kind switch
    {
        FlagValueKind.String => Has(value.String!).ToOutcome(),
        FlagValueKind.Number => (Has(_numbers, value.Number) || Has(_numbersOfText, value.Number)).ToOutcome(),
        FlagValueKind.Boolean => (value.Boolean ? _hasTrue || _hasTextTrue : _hasFalse || _hasTextFalse).ToOutcome(),
        FlagValueKind.Time => (Array.BinarySearch(_moments, value.Time.UtcTicks) >= 0).ToOutcome(),
        _ => HasAny(Items(in value)).ToOutcome(),
    };

    public override string Describe(bool holds)
    {
        string list = ClauseText.List(Array.ConvertAll(_written, text => text.Length == 0 ? "''" : text));
        return $"is {(holds ? "" : "not ")}{(_written.Length == 1 ? "" : "one of ")}{list}";
    }

    public override string DescribeMisfit(in FlagValue value) => "nothing to compare";

    // A number that is compared with text is compared with the text as which it is written.
    private static bool IsNumberAsWritten(string text, out double number) =>
        NumberText.TryParse(text, out number) && number.ToString("R", CultureInfo.InvariantCulture) == text;

    private static T[] Sort<T>(List<T>? values)
    {
        values?.Sort();
        return values?.ToArray() ?? [];
    }

    private static string[] TextsOf(ReadOnlySpan<ClauseValue> values, int count)
    {
        var texts = new string[count];
        int at = 0;
        foreach (ClauseValue value in values)
        {
            if (value.IsText)
                texts[at++] = value.Text;
        }

        return texts;
    }

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
