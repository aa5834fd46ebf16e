using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Varai.Configuration.Schema;

/// <summary>The state of one check of one document. In its first form it answers yes or no and stops at the first fault; only when
/// that is no, a second run collects every fault.</summary>
internal sealed class SchemaRun(SchemaValidationOptions options, bool collect)
{
    // A schema whose alternatives multiply could go on for ever; a real one needs a few steps for each value.
    private const int MaximumSteps = 20_000_000;

    private readonly List<SchemaResource> _scope = [];
    private readonly List<string> _path = [];
    private readonly Stack<EvaluatedChildren> _spare = new();
    private readonly HashSet<ConfigurationNode> _hidden = [];
    private readonly List<(object Reference, ConfigurationNode Node)> _dynamicReferences = [];
    private HashSet<SchemaPattern>? _slowPatterns;
    private int _steps;
    private int _depth;

    /// <summary>Where failures go; <see langword="null"/> when only yes or no is asked.</summary>
    public List<SchemaFailure>? Failures { get; private set; } = collect ? [] : null;

    /// <summary>What was looked at on the current node; <see langword="null"/> when nobody asks.</summary>
    public EvaluatedChildren? Evaluated { get; private set; }

    /// <summary>How many checks passed only because a secret's text is unknown.</summary>
    public int Uncertain { get; private set; }

    /// <summary>The number of keys and indexes above the current node; known while failures are collected.</summary>
    public int PathLength => _path.Count;

    public bool AssertFormat => options.AssertFormat;

    public bool IsExcluded(ConfigurationNode node) => options.Excluded?.Contains(node) == true;

    public bool IsHidden(ConfigurationNode node) => _hidden.Contains(node);

    /// <summary>Whether the node's text is unknown because it holds a secret; the check that asks passes.</summary>
    public bool IsUnknown(ConfigurationNode node)
    {
        if (!options.AllowReferences || node.Kind != ConfigurationNodeKind.String || !SecretReference.IsIn(node.Text!))
            return false;
        Uncertain++;
        return true;
    }

    /// <summary>Whether the node is nothing but a secret, which may turn out to be any scalar.</summary>
    public bool IsUnknownScalar(ConfigurationNode node)
    {
        if (!options.AllowReferences || node.Kind != ConfigurationNodeKind.String || !SecretReference.IsWhole(node.Text!))
            return false;
        Uncertain++;
        return true;
    }

    public void SetUncertain() => Uncertain++;

    /// <summary>Counts one step and enters a schema.</summary>
    /// <returns>What <see cref="Leave"/> needs.</returns>
    public bool Enter(SchemaNode schema)
    {
        if (++_steps > MaximumSteps)
            throw new SchemaEvaluationException($"the check was stopped after {MaximumSteps:N0} steps: the schema's alternatives multiply", schema.Source);
        if ((++_depth & 7) == 0 && !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new SchemaEvaluationException($"the check was stopped at a depth of {_depth} schemas in one another", schema.Source);
        if (_scope.Count > 0 && ReferenceEquals(_scope[^1], schema.Resource))
            return false;
        _scope.Add(schema.Resource);
        return true;
    }

    public void Leave(bool entered)
    {
        _depth--;
        if (entered)
            _scope.RemoveAt(_scope.Count - 1);
    }

    /// <summary>The schema that a dynamic anchor means here: that of the outermost resource on the way.</summary>
    public SchemaNode? FindDynamicAnchor(string name)
    {
        foreach (SchemaResource resource in _scope)
        {
            if (resource.DynamicAnchors.TryGetValue(name, out SchemaNode? schema))
                return schema;
        }

        return null;
    }

    /// <summary>Follows a dynamic reference, which can come back to itself in ways nobody sees before.</summary>
    public bool FollowDynamic(SchemaNode from, SchemaNode target, ConfigurationNode node)
    {
        if (_dynamicReferences.Contains((from, node)))
            throw new SchemaEvaluationException("this $dynamicRef leads back to itself without going into a key or an item", from.Source);
        _dynamicReferences.Add((from, node));
        bool valid = target.Evaluate(node, this);
        _dynamicReferences.RemoveAt(_dynamicReferences.Count - 1);
        return valid;
    }

    /// <summary>Checks a member's value.</summary>
    public bool Child(SchemaNode schema, ConfigurationMember member) => Child(schema, member.Value, member.Name, 0);

    /// <summary>Checks an item.</summary>
    public bool Child(SchemaNode schema, ConfigurationNode item, int index) => Child(schema, item, name: null, index);

    private bool Child(SchemaNode schema, ConfigurationNode node, string? name, int index)
    {
        EvaluatedChildren? above = Evaluated;
        Evaluated = null;
        if (Failures is not null)
            _path.Add(name ?? index.ToString(System.Globalization.CultureInfo.InvariantCulture));
        bool valid = schema.Evaluate(node, this);
        if (Failures is not null)
            _path.RemoveAt(_path.Count - 1);
        Evaluated = above;
        return valid;
    }

    /// <summary>Starts to track what is looked at on a node.</summary>
    /// <returns>What was tracked before, for <see cref="EndTracking"/>.</returns>
    public EvaluatedChildren? BeginTracking(ConfigurationNode node)
    {
        EvaluatedChildren? above = Evaluated;
        Evaluated = Rent(node);
        return above;
    }

    public void EndTracking(EvaluatedChildren? above, bool keep)
    {
        EvaluatedChildren own = Evaluated!;
        if (keep)
            above?.Add(own);
        _spare.Push(own);
        Evaluated = above;
    }

    /// <summary>Checks a node without reporting: failures and marks are handed back.</summary>
    public SchemaAttempt Attempt(SchemaNode schema, ConfigurationNode node) => Attempt(schema, node, Evaluated is null ? null : Rent(node));

    /// <summary>Checks an item without reporting.</summary>
    public SchemaAttempt AttemptItem(SchemaNode schema, ConfigurationNode item) => Attempt(schema, item, evaluated: null);

    /// <summary>Whether a pattern occurs in a text; <see langword="null"/> when that took too long.</summary>
    public bool? Matches(SchemaPattern pattern, string text)
    {
        if (_slowPatterns?.Contains(pattern) == true)
            return null;
        try
        {
            return pattern.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            // One slow value is likely not the only one; the limit is to hold for the document, not for each value.
            (_slowPatterns ??= []).Add(pattern);
            return null;
        }
    }

    private SchemaAttempt Attempt(SchemaNode schema, ConfigurationNode node, EvaluatedChildren? evaluated)
    {
        List<SchemaFailure>? failures = Failures;
        EvaluatedChildren? above = Evaluated;
        int uncertain = Uncertain;
        List<SchemaFailure>? own = failures is null ? null : [];
        Failures = own;
        Evaluated = evaluated;
        bool valid = schema.Evaluate(node, this);
        var attempt = new SchemaAttempt(valid, valid && Uncertain != uncertain, own, Evaluated);
        Failures = failures;
        Evaluated = above;
        Uncertain = uncertain;
        return attempt;
    }

    /// <summary>Ends an attempt; its marks count only when it is kept.</summary>
    public void End(SchemaAttempt attempt, bool keep)
    {
        if (attempt.Evaluated is null)
            return;
        if (keep)
            Evaluated!.Add(attempt.Evaluated);
        _spare.Push(attempt.Evaluated);
    }

    /// <summary>Takes note that neither this value nor one inside it may be shown.</summary>
    public void Hide(ConfigurationNode node)
    {
        var open = new Stack<ConfigurationNode>();
        open.Push(node);
        while (open.TryPop(out ConfigurationNode? next))
        {
            if (!_hidden.Add(next))
                continue;
            foreach (ConfigurationMember member in next.Members)
                open.Push(member.Value);
            foreach (ConfigurationNode item in next.Items)
                open.Push(item);
        }
    }

    /// <summary>Takes a failure on the current node, or on the member of it that is named.</summary>
    /// <returns><see langword="false"/>, always.</returns>
    public bool Fail(SchemaFailure failure, string? name = null)
    {
        Failures?.Add(failure with { Key = KeyOf(name), Depth = _path.Count });
        return false;
    }

    /// <summary>Takes failures as they are.</summary>
    public void Add(IEnumerable<SchemaFailure> failures) => Failures?.AddRange(failures);

    private string KeyOf(string? name)
    {
        if (_path.Count == 0 && name is null)
            return options.Key;
        var key = new StringBuilder(options.Key);
        foreach (string segment in _path)
            Append(key, segment);
        if (name is not null)
            Append(key, name);
        return key.ToString();

        static void Append(StringBuilder key, string segment)
        {
            if (key.Length > 0)
                key.Append(':');
            key.Append(segment);
        }
    }

    private EvaluatedChildren Rent(ConfigurationNode node)
    {
        if (!_spare.TryPop(out EvaluatedChildren? children))
            children = new EvaluatedChildren();
        children.Reset(node);
        return children;
    }
}
