using System.Buffers;
using Varai.FeatureFlags.Conditions;

namespace Varai.FeatureFlags.Matching;

/// <summary>Whether a text contains, starts with or ends with one of several texts.</summary>
internal sealed class TextTest : ValueTest
{
    /// <summary>The longest text that is searched; for a list, all items together.</summary>
    public const int LongestText = 1_024;

    /// <summary>The longest text that is searched for.</summary>
    public const int LongestValue = 64;

    /// <summary>The most texts that are searched for at once.</summary>
    public const int MostValues = 1_000;

    // What looking for one more character costs at most, as Cost counts: measured with texts that nearly match everywhere.
    private const int WorkOfCharacter = 3;
    private const int WorkOfCharacterIgnoringCase = 30;

    private readonly TextPlace _place;
    private readonly StringComparison _comparison;
    private readonly string[] _values;
    private readonly SearchValues<string>? _search;

    public TextTest(TextPlace place, string[] values, bool ignoreCase)
    {
        _place = place;
        _comparison = ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        _values = values;
        if (place == TextPlace.Anywhere && values.Length > 1)
            _search = SearchValues.Create(values, _comparison);
        int length = values.Sum(value => value.Length);
        Cost = place != TextPlace.Anywhere ? 4 + (values.Length / 3)
            : ignoreCase ? 10 + (length * WorkOfCharacterIgnoringCase)
            : 10 + (length * WorkOfCharacter);
    }

    public override int Cost { get; }

    public override MatchOutcome Evaluate(in FlagValue value, ref FlagQuery query)
    {
        if (value.Kind == FlagValueKind.String)
            return IsTooLong(value.String!.Length) ? MatchOutcome.Unknown : Has(value.String).ToOutcome();
        if (value.Kind != FlagValueKind.Strings)
            return MatchOutcome.Unknown;

        long length = 0;
        foreach (string? item in Items(in value))
        {
            length += item?.Length ?? 0;
            if (IsTooLong(length))
                return MatchOutcome.Unknown;
            if (item is not null && Has(item))
                return MatchOutcome.Met;
        }

        return MatchOutcome.NotMet;
    }

    public override string Describe(bool holds)
    {
        string verb = _place switch
        {
            TextPlace.Anywhere => holds ? "contains" : "does not contain",
            TextPlace.Start => holds ? "starts with" : "does not start with",
            _ => holds ? "ends with" : "does not end with",
        };
        return $"{verb} {(_values.Length == 1 ? "" : "any of ")}{ClauseText.List(_values)}";
    }

    public override string DescribeMisfit(in FlagValue value) =>
        value.Kind is FlagValueKind.String or FlagValueKind.Strings ? $"longer than {LongestText} characters" : "no text";

    private bool IsTooLong(long length) => _place == TextPlace.Anywhere && length > LongestText;

    private bool Has(string text)
    {
        if (_search is not null)
            return text.AsSpan().ContainsAny(_search);
        foreach (string value in _values)
        {
            bool holds = _place switch
            {
                TextPlace.Anywhere => text.Contains(value, _comparison),
                TextPlace.Start => text.StartsWith(value, _comparison),
                _ => text.EndsWith(value, _comparison),
            };
            if (holds)
                return true;
        }

        return false;
    }
}
