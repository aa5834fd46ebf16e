using Varai.Configuration;
using Varai.FeatureFlags.Conditions;
using Varai.FeatureFlags.Matching;

namespace Varai.FeatureFlags.Evaluation;

/// <summary>Finds the filter that a flag names: one of the service's own first, then a built-in one.</summary>
internal sealed class FilterCatalogue
{
    private readonly Dictionary<string, IFeatureFilter> _own = new(StringComparer.OrdinalIgnoreCase);
    private readonly Action<string, string, Exception> _onFailure;

    public FilterCatalogue(IEnumerable<IFeatureFilter> filters, Action<string, string, Exception> onFailure)
    {
        _onFailure = onFailure;
        IFeatureFilter[] all = [.. filters];
        foreach (IFeatureFilter filter in all)
        {
            string name = filter.Name;
            if (string.IsNullOrWhiteSpace(name))
                throw new InvalidOperationException($"The feature filter {filter.GetType()} has no name.");
            if (!_own.TryAdd(name, filter))
                throw new InvalidOperationException($"The feature filters {_own[name].GetType()} and {filter.GetType()} are both named '{name}'.");
        }

        // Of two that end alike the one registered last is meant by the short name; a built-in filter keeps its own.
        foreach (IFeatureFilter filter in all)
        {
            if (ShortName(filter.Name) is { } name && !IsBuiltIn(name) && (!_own.TryGetValue(name, out IFeatureFilter? other) || ShortName(other.Name) is not null))
                _own[name] = filter;
        }
    }

    /// <summary>Whether compiling may run code of the service's own.</summary>
    public bool HasOwn => _own.Count > 0;

    /// <summary>Compiles a condition; null after reporting why it can't be.</summary>
    public FlagCondition? Compile(string name, ConditionSource source, SegmentTable segments)
    {
        if (_own.TryGetValue(name, out IFeatureFilter? own))
            return Bind(own, source);
        if (IsNamed(name, MatchCondition.FilterName))
            return MatchCondition.Compile(source, segments);
        if (IsNamed(name, SegmentCondition.FilterName))
            return SegmentCondition.Compile(source, segments);
        if (ConditionFactory.TryFind(name, out Func<ConditionSource, FlagCondition?>? compile))
            return compile(source);

        string[] known = [.. ConditionFactory.Names, MatchCondition.FilterName, SegmentCondition.FilterName, .. _own.Keys];
        source.Errors.Report((source.Node.Find("name") ?? source.Node).Origin, source.Key.Parent.Of("name"), "There is no such feature filter.",
            $"one of {string.Join(", ", known)}, or a filter added with AddFeatureFilter", $"'{name}'", Spelling.Nearest(name, known));
        return null;
    }

    private CustomCondition? Bind(IFeatureFilter filter, ConditionSource source)
    {
        try
        {
            return new CustomCondition(source.Flag, source.Rule, filter, filter.Bind(source.Parameters), _onFailure);
        }
        catch (Exception e)
        {
            source.Report(source.Parameters, "", e is FormatException
                ? $"The feature filter '{filter.Name}' refuses its parameters: {e.Message}"
                : $"The feature filter '{filter.Name}' failed to read its parameters ({e.GetType().Name}).");
            return null;
        }
    }

    private static bool IsBuiltIn(string name) =>
        ConditionFactory.TryFind(name, out _) || IsNamed(name, MatchCondition.FilterName) || IsNamed(name, SegmentCondition.FilterName);

    private static bool IsNamed(string name, string full) =>
        name.Equals(full, StringComparison.OrdinalIgnoreCase)
        || name.AsSpan().Equals(full.AsSpan(full.LastIndexOf('.') + 1), StringComparison.OrdinalIgnoreCase);

    private static string? ShortName(string name) => name.LastIndexOf('.') is >= 0 and int dot ? name[(dot + 1)..] : null;
}
