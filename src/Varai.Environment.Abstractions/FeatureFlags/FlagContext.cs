namespace Varai.FeatureFlags;

/// <summary>Who or what a flag is evaluated for: a targeting key (mostly the user), groups, and attributes of any name.</summary>
/// <remarks>
/// Make it once per request and pass it to every evaluation; evaluating allocates nothing. It may be read from any thread; it is
/// not to be changed once it is in use. In a rule, the targeting key is the attribute <c>targetingKey</c> and the groups are
/// <c>groups</c>. Names of attributes are compared whatever their case.
/// </remarks>
public sealed class FlagContext
{
    /// <summary>The attribute name that stands for <see cref="TargetingKey"/> in rules.</summary>
    public const string TargetingKeyName = "targetingKey";

    /// <summary>The attribute name that stands for <see cref="Groups"/> in rules.</summary>
    public const string GroupsName = "groups";

    private string[] _groups = [];
    private KeyValuePair<string, FlagValue>[] _attributes = [];
    private int _count;

    /// <summary>Creates a context.</summary>
    /// <param name="targetingKey">Whom percentages stick to, mostly the user's id; <see langword="null"/> for anonymous, who
    /// share one bucket.</param>
    public FlagContext(string? targetingKey = null) => TargetingKey = targetingKey;

    /// <summary>Whom percentages stick to, mostly the user's id.</summary>
    public string? TargetingKey { get; }

    /// <summary>The groups it belongs to, in the order in which group rules are tried.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<string> Groups
    {
        get => _groups;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            _groups = [.. value];
            foreach (string group in _groups)
                ArgumentNullException.ThrowIfNull(group, nameof(value));
        }
    }

    /// <summary>The attributes, in the order they were set.</summary>
    public IReadOnlyList<KeyValuePair<string, FlagValue>> Attributes => new ArraySegment<KeyValuePair<string, FlagValue>>(_attributes, 0, _count);

    /// <summary>The groups without the cost of an interface.</summary>
    public ReadOnlySpan<string> GroupSpan => _groups;

    /// <summary>An attribute, whatever the case of its name; <c>default</c> when it is absent. Set it in the initialiser.</summary>
    /// <param name="name">The attribute's name.</param>
    public FlagValue this[string name]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(name);
            foreach (ref readonly KeyValuePair<string, FlagValue> attribute in _attributes.AsSpan(0, _count))
            {
                if (string.Equals(attribute.Key, name, StringComparison.OrdinalIgnoreCase))
                    return attribute.Value;
            }

            return default;
        }

        init
        {
            ArgumentException.ThrowIfNullOrEmpty(name);
            for (int i = 0; i < _count; i++)
            {
                if (string.Equals(_attributes[i].Key, name, StringComparison.OrdinalIgnoreCase))
                {
                    _attributes[i] = new KeyValuePair<string, FlagValue>(name, value);
                    return;
                }
            }

            if (_count == _attributes.Length)
                Array.Resize(ref _attributes, Math.Max(4, _count * 2));
            _attributes[_count++] = new KeyValuePair<string, FlagValue>(name, value);
        }
    }

    /// <summary>Creates a context from attributes that are only known at run time.</summary>
    /// <param name="targetingKey">Whom percentages stick to.</param>
    /// <param name="groups">The groups; <see langword="null"/> for none.</param>
    /// <param name="attributes">The attributes; of two with the same name the last counts.</param>
    public static FlagContext Create(
        string? targetingKey, IEnumerable<string>? groups, IEnumerable<KeyValuePair<string, FlagValue>> attributes)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        var byName = new Dictionary<string, FlagValue>(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, FlagValue value) in attributes)
            byName[name] = value;
        var context = new FlagContext(targetingKey) { Groups = groups is null ? [] : [.. groups] };
        context._attributes = [.. byName];
        context._count = byName.Count;
        return context;
    }

    /// <summary>An attribute, or the targeting key or the groups under their names in rules.</summary>
    /// <param name="name">The attribute's name, <see cref="TargetingKeyName"/> or <see cref="GroupsName"/>, whatever the case.</param>
    public FlagValue Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (string.Equals(name, TargetingKeyName, StringComparison.OrdinalIgnoreCase))
            return TargetingKey;
        return string.Equals(name, GroupsName, StringComparison.OrdinalIgnoreCase) ? _groups : this[name];
    }

    /// <summary>The targeting key and the names of groups and attributes, without the attributes' values.</summary>
    public override string ToString()
    {
        string groups = _groups.Length == 0 ? "" : $" in {string.Join(", ", _groups)}";
        string attributes = _count == 0 ? "" : $" with {string.Join(", ", Attributes.Select(a => a.Key))}";
        return $"{TargetingKey ?? "anonymous"}{groups}{attributes}";
    }
}
