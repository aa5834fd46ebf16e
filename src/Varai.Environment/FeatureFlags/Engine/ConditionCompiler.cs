using System.Globalization;
using System.Text.RegularExpressions;
using Varai.Configuration;
using Varai.FeatureFlags.Definitions;

namespace Varai.FeatureFlags.Engine;

/// <summary>Makes the conditions of one set ready to be asked, and reports those that can't be.</summary>
internal sealed class ConditionCompiler(FeatureFlagSet set, FlagEnvironment environment, Action<string, string, string> onMismatch, FlagErrors errors)
{
    private static readonly TimeSpan PatternTimeout = TimeSpan.FromMilliseconds(20);

    private readonly Dictionary<string, FeatureSegment> _segments = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, CompiledCondition?> _compiledSegments = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<(string Pattern, bool IgnoreCase), Regex> _patterns = [];
    private readonly List<string> _openSegments = [];

    /// <summary>Compiles every segment, so that mistakes in one that no flag uses are found too.</summary>
    public void CompileSegments()
    {
        foreach (FeatureSegment segment in set.Segments)
        {
            if (!_segments.TryAdd(segment.Name, segment))
                errors.Add(segment.Node, KeyOf(segment), $"The segment '{segment.Name}' is defined twice.");
        }

        foreach (FeatureSegment segment in set.Segments)
            FindSegment(segment.Name);
    }

    /// <summary>Compiles a condition of a flag, or of a segment when <paramref name="flag"/> is null.</summary>
    /// <returns>Null when it was reported.</returns>
    public CompiledCondition? Compile(FeatureCondition condition, FeatureFlagDefinition? flag, string key) => condition switch
    {
        AnyOfCondition any => CompileAll(any.Conditions, flag, $"{key}:any") is { } of ? new CompositeCondition(of, all: false) : null,
        AllOfCondition all => CompileAll(all.Conditions, flag, $"{key}:all") is { } of ? new CompositeCondition(of, all: true) : null,
        NotCondition not => Compile(not.Condition, flag, $"{key}:not") is { } of ? new InvertedCondition(of) : null,
        AttributeCondition attribute => CompileAttribute(attribute, key),
        SegmentCondition segment => CompileSegment(segment, key),
        PercentageCondition percentage => CompilePercentage(percentage, flag, key),
        TimeWindowCondition window => TimeWindowRules.AreKept(window, key, errors) ? new TimeWindowTest(window, environment.Time) : null,
        FilterCondition filter => CompileFilter(filter, flag, key),
        _ => throw new NotSupportedException($"Conditions of the type {condition.GetType()} are not known."),
    };

    public CompiledCondition[]? CompileAll(IReadOnlyList<FeatureCondition> conditions, FeatureFlagDefinition? flag, string key)
    {
        bool isWhole = true;
        var compiled = new CompiledCondition[conditions.Count];
        for (int i = 0; i < compiled.Length; i++)
        {
            if (Compile(conditions[i], flag, NodeReading.At(key, i)) is { } condition)
                compiled[i] = condition;
            else
                isWhole = false;
        }

        return isWhole ? compiled : null;
    }

    private static string KeyOf(FeatureSegment segment) => $"{FeatureFlagReader.SegmentsComponent}:{segment.Name}";

    private SegmentMembership? CompileSegment(SegmentCondition condition, string key)
    {
        if (_segments.ContainsKey(condition.Segment))
            return FindSegment(condition.Segment) is { } compiled ? new SegmentMembership(condition.Segment, compiled) : null;
        errors.Add(
            condition.Node, key, $"There is no segment '{condition.Segment}'.", $"a segment of '{FeatureFlagReader.SegmentsComponent}'", $"'{condition.Segment}'",
            Spelling.Nearest(condition.Segment, _segments.Keys));
        return null;
    }

    private CompiledCondition? FindSegment(string name)
    {
        if (_compiledSegments.TryGetValue(name, out CompiledCondition? known))
            return known;
        FeatureSegment segment = _segments[name];
        int open = _openSegments.FindIndex(s => s.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (open >= 0)
        {
            errors.Add(segment.Node, KeyOf(segment), $"Segments refer to each other in a circle: {string.Join(" -> ", _openSegments.Skip(open).Append(name))}.");
            return _compiledSegments[name] = null;
        }

        if (_openSegments.Count == ConditionReader.MaximumDepth)
        {
            errors.Add(segment.Node, KeyOf(segment), $"Segments refer to each other deeper than {ConditionReader.MaximumDepth}.");
            return null;
        }

        _openSegments.Add(name);
        CompiledCondition? compiled = Compile(segment.Condition, flag: null, KeyOf(segment));
        _openSegments.RemoveAt(_openSegments.Count - 1);
        return _compiledSegments[name] = compiled;
    }

    private PercentageTest? CompilePercentage(PercentageCondition condition, FeatureFlagDefinition? flag, string key)
    {
        if (condition.Percentage is >= 0 and <= 100)
        {
            FeatureBucketing bucketing = flag?.Bucketing ?? FeatureBucketing.XxHash3;
            string? seed = condition.Seed ?? flag?.Name;
            if (seed is not null)
                return new PercentageTest(condition, new Bucketer(bucketing, seed), bucketing);
            errors.Add(condition.Node, key, "A percentage in a segment needs a seed, since it belongs to no flag.", "a member 'seed'", "none");
            return null;
        }

        errors.Add(condition.Node, key, "This must be a percentage.", "a number from 0 to 100", condition.Percentage.ToString(CultureInfo.InvariantCulture));
        return null;
    }

    private CompiledCondition? CompileAttribute(AttributeCondition condition, string key)
    {
        switch (condition.Operator)
        {
            case AttributeOperator.Exists:
                return new PresenceTest(condition);
            case AttributeOperator.In or AttributeOperator.NotIn:
                return new SetTest(condition);
            case AttributeOperator.StartsWith or AttributeOperator.EndsWith or AttributeOperator.Contains:
                return HasValues(condition, key) ? new TextTest(condition) : null;
            case AttributeOperator.Matches:
                return HasValues(condition, key) && CompilePatterns(condition, key) is { } patterns ? new PatternTest(condition, patterns) : null;
        }

        if (condition.Values is not [string operand])
        {
            errors.Add(condition.Node, key, "A comparison has one value.", "one value", condition.Values.Count.ToString(CultureInfo.InvariantCulture));
            return null;
        }

        switch (condition.Operator)
        {
            case AttributeOperator.LessThan or AttributeOperator.AtMost or AttributeOperator.GreaterThan or AttributeOperator.AtLeast:
                if (AttributeValues.TryReadNumber(operand, out double number))
                    return new NumberTest(condition, number);
                errors.Add(condition.Node, key, "The value to compare with is no number.", "a number");
                return null;
            case AttributeOperator.Before or AttributeOperator.After:
                if (AttributeValues.TryReadDate(operand, out long ticks))
                    return new DateTest(condition, ticks);
                errors.Add(condition.Node, key, "The value to compare with is no date.", "a date such as \"2026-01-31T09:00:00Z\"");
                return null;
            default:
                if (SemanticVersion.TryParse(operand, out _))
                    return new VersionTest(condition, operand);
                errors.Add(condition.Node, key, "The value to compare with is no semantic version.", "a version such as \"2.1.0\"");
                return null;
        }
    }

    private bool HasValues(AttributeCondition condition, string key)
    {
        if (condition.Values.Count > 0)
            return true;
        errors.Add(condition.Node, key, "There is nothing to compare with.", "at least one value", "none");
        return false;
    }

    private Regex[]? CompilePatterns(AttributeCondition condition, string key)
    {
        var patterns = new Regex[condition.Values.Count];
        for (int i = 0; i < patterns.Length; i++)
        {
            (string, bool) pattern = (condition.Values[i], condition.IgnoreCase);
            try
            {
                if (!_patterns.TryGetValue(pattern, out Regex? known))
                {
                    RegexOptions options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | (condition.IgnoreCase ? RegexOptions.IgnoreCase : 0);
                    _patterns[pattern] = known = new Regex(condition.Values[i], options, PatternTimeout);
                }

                patterns[i] = known;
            }
            catch (ArgumentException e)
            {
                errors.Add(condition.Node, key, $"The regular expression is not valid: {e.Message}");
                return null;
            }
            catch (NotSupportedException)
            {
                errors.Add(
                    condition.Node, key, "The regular expression can't be matched in limited time.", "a pattern without lookarounds, backreferences, atomic groups and conditionals");
                return null;
            }
        }

        return patterns;
    }

    private CompiledCondition? CompileFilter(FilterCondition condition, FeatureFlagDefinition? flag, string key)
    {
        if (FilterNames.IsAlwaysOn(condition.Filter))
            return new ConstantCondition(holds: true, "always on");
        string name = flag?.Name ?? "";
        if (environment.FindFilter(condition.Filter) is { } custom)
        {
            FeatureParameters parameters = condition.Parameters is null
                ? FeatureParameters.Empty
                : new FeatureParameters(condition.Parameters, (parameter, problem) => onMismatch(name, parameter, problem));
            return new CustomFilter(name, custom, parameters, environment.OnFilterFailure);
        }

        string at = $"{key}:parameters";
        switch (FilterNames.FindBuiltIn(condition.Filter))
        {
            case FilterNames.Targeting:
                return TargetingCompiler.Compile(condition, name, at, errors);
            case FilterNames.TimeWindow:
                return TimeWindowReader.ReadMicrosoft(condition.Parameters, at, errors) is not { } window ? null
                    : window is { Start: null, End: null } ? new ConstantCondition(holds: false, "a time window without start and end is never")
                    : Compile(window, flag, at);
            case FilterNames.Percentage:
                return condition.Parameters?.FindValue("Value") is not { } value ? new ConstantCondition(holds: false, "a percentage without a value is nobody")
                    : NodeReading.ReadPercentage(value, $"{at}:Value", errors) is { } percentage ? new RandomShare(percentage)
                    : null;
            default:
                errors.Add(
                    condition.Node, key, $"There is no filter '{condition.Filter}'.", $"one of {string.Join(", ", environment.FilterNames)}", $"'{condition.Filter}'",
                    Spelling.Nearest(condition.Filter, environment.FilterNames));
                return null;
        }
    }
}
