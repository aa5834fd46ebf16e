namespace Varai.PostgreSql.Data.Catalog;

/// <summary>Brings what is made into an order in which nothing is missing, and finds what goes with something that is left out.</summary>
internal sealed class SchemaOrder
{
    private readonly Dictionary<string, SchemaNode> _nodes = new(StringComparer.Ordinal);
    private readonly List<SchemaNode> _inOrder = [];
    private readonly Dictionary<string, string> _aliases = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _needs = new(StringComparer.Ordinal);
    private readonly HashSet<string> _late = new(StringComparer.Ordinal);
    private readonly HashSet<string> _excluded = new(StringComparer.Ordinal);

    public void Add(SchemaNode node)
    {
        _nodes.Add(node.Key, node);
        _inOrder.Add(node);
    }

    /// <summary>Says that one thing in the catalog is a part of another.</summary>
    public void AddAlias(string key, string of) => _aliases[key] = of;

    /// <summary>Names what is there only after the rows: keys.</summary>
    public void AddLate(string key) => _late.Add(key);

    public void Exclude(string key) => _excluded.Add(key);

    public void AddNeed(string key, string needed)
    {
        if (!_needs.TryGetValue(key, out List<string>? list))
            _needs.Add(key, list = []);
        list.Add(needed);
    }

    public string Resolve(string key)
    {
        for (int i = 0; i < 8 && _aliases.TryGetValue(key, out string? of); i++)
            key = of;
        return key;
    }

    public bool IsExcluded(string key) => _excluded.Contains(Resolve(key));

    public bool Has(string key) => _nodes.ContainsKey(Resolve(key)) && !IsExcluded(key);

    /// <summary>All that is needed, directly, by something and its parts.</summary>
    public IReadOnlyList<string> NeedsOf(string key) => _needs.TryGetValue(key, out List<string>? list) ? list : [];

    /// <summary>Sorts; what is in a circle is named by the error.</summary>
    public IReadOnlyList<SchemaNode> Sort(Func<string, Exception> fail)
    {
        var needs = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach ((string key, List<string> list) in _needs)
        {
            string from = Resolve(key);
            if (!_nodes.ContainsKey(from))
                continue;
            if (!needs.TryGetValue(from, out HashSet<string>? set))
                needs.Add(from, set = new HashSet<string>(StringComparer.Ordinal));
            set.UnionWith(list.Select(Resolve).Where(k => k != from));
        }

        var sorted = new List<SchemaNode>();
        var state = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (SchemaNode node in _inOrder)
            Visit(node);
        return sorted;

        void Visit(SchemaNode node)
        {
            if (state.TryGetValue(node.Key, out bool isDone))
            {
                if (!isDone)
                    throw fail(node.What);
                return;
            }

            state[node.Key] = false;
            bool isLost = _excluded.Contains(node.Key);
            foreach (string need in needs.TryGetValue(node.Key, out HashSet<string>? set) ? set.Order(StringComparer.Ordinal) : Enumerable.Empty<string>())
            {
                if (_nodes.TryGetValue(need, out SchemaNode? other))
                {
                    Visit(other);
                    node.IsAfter |= other.IsAfter;
                }

                node.IsAfter |= _late.Contains(need);
                isLost |= _excluded.Contains(need);
            }

            state[node.Key] = true;
            if (isLost)
                _excluded.Add(node.Key);
            sorted.Add(node);
        }
    }
}
