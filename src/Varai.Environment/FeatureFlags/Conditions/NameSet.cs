namespace Varai.FeatureFlags.Conditions;

/// <summary>Some names, compared ordinally. Cheap to make, because thousands are made when flags are loaded.</summary>
internal readonly struct NameSet
{
    // Up to here comparing one by one is faster than hashing.
    private const int LongestList = 6;

    private readonly string[]? _list;
    private readonly HashSet<string>? _set;

    public NameSet(string[] names)
    {
        if (names.Length > LongestList)
            _set = new HashSet<string>(names, StringComparer.Ordinal);
        else
            _list = names;
    }

    public int Count => _set?.Count ?? _list?.Length ?? 0;

    public bool Contains(string name)
    {
        if (_set is not null)
            return _set.Contains(name);
        foreach (string other in _list.AsSpan())
        {
            if (string.Equals(name, other, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    /// <summary>The first of some names that is in; null when none is.</summary>
    public string? FirstOf(ReadOnlySpan<string> names)
    {
        if (Count == 0)
            return null;
        foreach (string name in names)
        {
            if (Contains(name))
                return name;
        }

        return null;
    }
}
