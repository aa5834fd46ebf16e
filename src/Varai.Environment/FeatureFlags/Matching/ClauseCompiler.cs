using System.Globalization;
using Varai.Configuration;
using Varai.FeatureFlags.Conditions;
using Varai.FeatureFlags.Definitions;

namespace Varai.FeatureFlags.Matching;

/// <summary>Compiles clauses: an attribute, an operator and values.</summary>
internal static class ClauseCompiler
{
    private const string Value = "value";
    private const string Values = "values";
    private const string IgnoreCase = "ignore_case";

    // Beyond this a double can't tell whole numbers apart.
    private const double LargestWholeNumber = 1L << 53;

    private static readonly string[] MemberNames = ["attribute", "operator", Value, Values, IgnoreCase];

    public static ReadOnlySpan<string> Members => MemberNames;

    public static bool IsMember(string name) => FlagMembers.FindName(MemberNames, name) is not null;

    /// <returns>The rule; <see langword="null"/> when an error was reported.</returns>
    public static MatchRule? Compile(ConfigurationNode node, FlagKey key, FlagErrors errors)
    {
        int before = errors.Count;
        string? attribute = ReadText(node, key, "attribute", "the name of an attribute of the context", errors);
        string? operatorName = ReadText(node, key, "operator", "an operator such as 'equals' or 'in'", errors);
        if (attribute is null || operatorName is null)
            return null;
        if (MatchOperator.Find(operatorName) is not { } found)
        {
            errors.Report(
                node.Find("operator")!.Origin, $"{key}:operator", $"There is no operator '{operatorName}'.",
                $"one of {string.Join(", ", MatchOperator.All.Select(one => one.Name))}", didYouMean: MatchOperator.FindNearest(operatorName));
            return null;
        }

        bool ignoreCase = ReadIgnoreCase(node, key, found, errors);
        ClauseValue[]? values = ReadValues(node, key, found, errors);
        if (values is null || errors.Count > before)
            return null;
        if (found.Kind == MatchOperatorKind.Existence)
            return new ExistsRule(new FlagAttribute(attribute), found.IsNegated);
        ValueTest? test = CompileTest(found, values, ignoreCase, errors);
        return test is null || errors.Count > before ? null : new ClauseRule(new FlagAttribute(attribute), test, found.IsNegated);
    }

    private static ValueTest? CompileTest(MatchOperator found, ClauseValue[] values, bool ignoreCase, FlagErrors errors)
    {
        switch (found.Kind)
        {
            case MatchOperatorKind.Membership:
                return new MembershipTest(values, ignoreCase);
            case MatchOperatorKind.Text:
                return CompileText(found, values, ignoreCase, errors);
            case MatchOperatorKind.Pattern:
                return CompilePatterns(values, ignoreCase, errors);
            case MatchOperatorKind.Network:
                return CompileNetworks(values, errors);
            case MatchOperatorKind.Number:
                return ReadNumber(values[0], errors) is { } number ? new NumberTest(found.Comparison, number, values[0].Text) : null;
            case MatchOperatorKind.Version:
                if (values[0].IsText && SemanticVersion.TryParse(values[0].Text, out _))
                    return new VersionTest(found.Comparison, values[0].Text);
                Report(values[0], errors, $"'{found.Name}' takes a semantic version.", "a string such as \"1.2.3\" or \"2.0.0-beta.1\", without 'v'");
                return null;
            default:
                if (values[0].IsText && values[0].Text.Equals("now", StringComparison.OrdinalIgnoreCase))
                    return new MomentTest(found.Comparison, utcTicks: null);
                if (values[0].IsText && MomentText.TryParse(values[0].Text, out long ticks))
                    return new MomentTest(found.Comparison, ticks);
                Report(values[0], errors, $"'{found.Name}' takes a date with time and offset, or \"now\".", "a string such as \"2026-03-01T08:00:00Z\" or \"2026-03-01T08:00:00+01:00\"");
                return null;
        }
    }

    private static TextTest? CompileText(MatchOperator found, ClauseValue[] values, bool ignoreCase, FlagErrors errors)
    {
        int before = errors.Count;
        foreach (ClauseValue value in values)
        {
            if (!value.IsText)
                Report(value, errors, $"'{found.Name}' compares text.", "a string", FlagErrors.Describe(value.Node));
            else if (value.Text.Length is 0 or > TextTest.LongestValue)
                Report(value, errors, $"'{found.Name}' takes text of 1 to {TextTest.LongestValue} characters.", found: string.Create(CultureInfo.InvariantCulture, $"{value.Text.Length} characters"));
        }

        if (values.Length > TextTest.MostValues)
            Report(values[0], errors, $"'{found.Name}' takes at most {TextTest.MostValues} values.", found: string.Create(CultureInfo.InvariantCulture, $"{values.Length}"));
        return errors.Count > before ? null : new TextTest(found.Place, [.. values.Select(value => value.Text)], ignoreCase);
    }

    private static PatternTest? CompilePatterns(ClauseValue[] values, bool ignoreCase, FlagErrors errors)
    {
        var patterns = new List<TextPattern>();
        int cost = 0;
        foreach (ClauseValue value in values)
        {
            if (!value.IsText)
            {
                Report(value, errors, "A regular expression is text.", "a string", FlagErrors.Describe(value.Node));
            }
            else if (TextPattern.TryCompile(value.Text, ignoreCase, out TextPattern? pattern) is { } problem)
            {
                Report(value, errors, $"The regular expression {problem}.");
            }
            else
            {
                patterns.Add(pattern!);

                // Enough to be refused: the others need no compiling.
                cost += pattern!.Cost;
                if (cost > MatchRule.HighestCost)
                    break;
            }
        }

        return patterns.Count == 0 ? null : new PatternTest([.. patterns]);
    }

    private static NetworkTest CompileNetworks(ClauseValue[] values, FlagErrors errors)
    {
        const string Networks = "a network such as \"10.0.0.0/8\" or \"2001:db8::/32\", or an address";
        var ranges = new List<AddressRange>();
        foreach (ClauseValue value in values)
        {
            if (!value.IsText)
                Report(value, errors, "A network is text.", Networks, FlagErrors.Describe(value.Node));
            else if (AddressRange.TryParse(value.Text, out AddressRange range) is { } problem)
                Report(value, errors, $"The value {problem}.", Networks);
            else
                ranges.Add(range);
        }

        return new NetworkTest(ranges, [.. values.Select(value => value.Text)]);
    }

    private static double? ReadNumber(ClauseValue value, FlagErrors errors)
    {
        if (value.IsNumber)
            return value.Number;
        if (value.IsText && NumberText.TryParse(value.Text, out double number))
            return number;
        Report(value, errors, "Only numbers have this order.", "a number", FlagErrors.Describe(value.Node));
        return null;
    }

    private static string? ReadText(ConfigurationNode node, FlagKey key, string name, string expected, FlagErrors errors)
    {
        ConfigurationNode? member = Find(node, name);
        if (member is { Kind: ConfigurationNodeKind.String } && !string.IsNullOrWhiteSpace(member.Text))
            return member.Text;
        if (member is null)
            errors.Report(node.Origin, $"{key}:{name}", $"The clause has no '{name}'.", expected);
        else
            errors.Report(member.Origin, $"{key}:{name}", $"'{name}' is a string that is not empty.", expected, member.Text is "" ? "an empty string" : FlagErrors.Describe(member));
        return null;
    }

    private static bool ReadIgnoreCase(ConfigurationNode node, FlagKey key, MatchOperator found, FlagErrors errors)
    {
        if (Find(node, IgnoreCase) is not { } member)
            return false;
        key = key.Of(IgnoreCase);
        if (member.Kind != ConfigurationNodeKind.Boolean)
            errors.Report(member.Origin, key, "Whether case is ignored is true or false.", "a boolean", FlagErrors.Describe(member));
        else if (!found.TakesIgnoreCase)
            errors.Report(member.Origin, key, $"'{found.Name}' compares no text: leave out '{IgnoreCase}'.");
        else
            return member.Text == "true";
        return false;
    }

    private static ClauseValue[]? ReadValues(ConfigurationNode node, FlagKey key, MatchOperator found, FlagErrors errors)
    {
        ConfigurationNode? one = Find(node, Value);
        ConfigurationNode? several = Find(node, Values);
        if (found.Kind == MatchOperatorKind.Existence)
        {
            if ((one ?? several) is not { } superfluous)
                return [];
            errors.Report(superfluous.Origin, $"{key}:{(one is null ? Values : Value)}", $"'{found.Name}' takes no value.");
            return null;
        }

        if (one is null == several is null)
        {
            errors.Report(
                node.Origin, key, one is null ? $"'{found.Name}' needs something to compare with." : $"The clause has both '{Value}' and '{Values}'.",
                found.TakesValues ? $"'{Value}' or '{Values}'" : $"'{Value}'");
            return null;
        }

        if (several is null)
            return ReadValue(one!, key, index: null, errors) is { } value ? [value] : null;
        if (!found.TakesValues)
        {
            errors.Report(several.Origin, $"{key}:{Values}", $"'{found.Name}' takes one value.", $"'{Value}'", $"'{Values}'");
            return null;
        }

        if (several.Kind != ConfigurationNodeKind.Array || several.Items.Count == 0)
        {
            errors.Report(
                several.Origin, $"{key}:{Values}", $"'{Values}' has at least one item.", "an array",
                several.Kind == ConfigurationNodeKind.Array ? "an empty array" : FlagErrors.Describe(several));
            return null;
        }

        ReadOnlySpan<ConfigurationNode> items = several.ItemSpan();
        var values = new ClauseValue[items.Length];
        bool isSound = true;
        for (int i = 0; i < items.Length; i++)
        {
            if (ReadValue(items[i], key, i, errors) is { } read)
                values[i] = read;
            else
                isSound = false;
        }

        return isSound ? values : null;
    }

    private static ClauseValue? ReadValue(ConfigurationNode node, FlagKey clause, int? index, FlagErrors errors)
    {
        var value = new ClauseValue(node, clause, index, Number: 0);
        if (node.Kind is ConfigurationNodeKind.Object or ConfigurationNodeKind.Array or ConfigurationNodeKind.Null)
        {
            errors.Report(node.Origin, value.Key, "A value is a string, a number or a boolean.", "a string, number or boolean", FlagErrors.Describe(node));
            return null;
        }

        if (node.Kind != ConfigurationNodeKind.Number)
            return value;
        if (!double.TryParse(node.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) || !double.IsFinite(number))
        {
            errors.Report(node.Origin, value.Key, "The number is out of range.", "a number that fits into 64 bits of floating point");
            return null;
        }

        if (double.IsInteger(number) && Math.Abs(number) > LargestWholeNumber && node.Text!.IndexOfAny(['e', 'E']) < 0)
        {
            errors.Report(node.Origin, value.Key, "The number has more digits than can be compared, so that others would equal it.", "a string, or a number up to 2^53");
            return null;
        }

        return value with { Number = number };
    }

    private static ConfigurationNode? Find(ConfigurationNode node, string name) =>
        node.Find(name) is { Kind: not ConfigurationNodeKind.Null } found ? found : null;

    private static void Report(in ClauseValue value, FlagErrors errors, string message, string? expected = null, string? found = null) =>
        errors.Report(value.Node.Origin, value.Key, message, expected, found);
}
