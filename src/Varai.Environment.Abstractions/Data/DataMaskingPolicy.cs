namespace Varai.Data;

/// <summary>What becomes of rows and columns on their way into another environment. Not safe for several threads while it is built.</summary>
/// <remarks>Names of tables and columns are compared whatever their case. A rule for one table goes before a rule for all tables.</remarks>
public sealed class DataMaskingPolicy
{
    /// <summary>Stands for every table.</summary>
    public const string AnyTable = "*";

    private readonly Dictionary<(string Table, string Column), MaskingRule> _rules = new(NameComparer.Instance);
    private readonly Dictionary<string, string> _filters = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _excluded = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The secret whose value is the key of all rules but <see cref="MaskingRule.Keep"/> and <see cref="MaskingRule.Null"/>; at least 16
    /// bytes. Whoever has it can find out values by trying: keep it where the target's people can't read it.</summary>
    /// <value>Default: <see langword="null"/>; then only rules are possible that need no key.</value>
    public string? KeySecret { get; set; }

    /// <summary>The rules, by table and column.</summary>
    public IReadOnlyDictionary<(string Table, string Column), MaskingRule> Rules => _rules;

    /// <summary>The conditions, by table.</summary>
    public IReadOnlyDictionary<string, string> Filters => _filters;

    /// <summary>The tables that are left out.</summary>
    public IReadOnlyCollection<string> Excluded => _excluded;

    /// <summary>Sets what becomes of a column.</summary>
    /// <param name="table">The table's name, or <see cref="AnyTable"/>.</param>
    /// <param name="column">The column's name.</param>
    /// <param name="rule">The rule.</param>
    /// <returns>This policy.</returns>
    public DataMaskingPolicy Mask(string table, string column, MaskingRule rule)
    {
        ArgumentException.ThrowIfNullOrEmpty(table);
        ArgumentException.ThrowIfNullOrEmpty(column);
        ArgumentNullException.ThrowIfNull(rule);
        _rules[(table, column)] = rule;
        return this;
    }

    /// <summary>Says that columns may be copied as they are.</summary>
    /// <param name="table">The table's name, or <see cref="AnyTable"/>.</param>
    /// <param name="columns">The columns' names.</param>
    /// <returns>This policy.</returns>
    public DataMaskingPolicy Keep(string table, params IReadOnlyList<string> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        foreach (string column in columns)
            Mask(table, column, MaskingRule.Keep);
        return this;
    }

    /// <summary>Takes only some rows of a table. Rows of other tables that refer to a row left out are dropped in the target.</summary>
    /// <param name="table">The table's name.</param>
    /// <param name="condition">What SQL has after WHERE, in the source's dialect. It is run as it stands: never build it from input.</param>
    /// <returns>This policy.</returns>
    public DataMaskingPolicy Where(string table, string condition)
    {
        ArgumentException.ThrowIfNullOrEmpty(table);
        ArgumentException.ThrowIfNullOrWhiteSpace(condition);
        _filters[table] = condition;
        return this;
    }

    /// <summary>Leaves a table out, with its indexes and triggers.</summary>
    /// <param name="table">The table's name.</param>
    /// <returns>This policy.</returns>
    public DataMaskingPolicy Exclude(string table)
    {
        ArgumentException.ThrowIfNullOrEmpty(table);
        _excluded.Add(table);
        return this;
    }

    /// <summary>The rule of a column, or <see langword="null"/> when it has none.</summary>
    /// <param name="table">The table's name.</param>
    /// <param name="column">The column's name.</param>
    public MaskingRule? Find(string table, string column) =>
        _rules.GetValueOrDefault((table, column)) ?? _rules.GetValueOrDefault((AnyTable, column));

    private sealed class NameComparer : IEqualityComparer<(string Table, string Column)>
    {
        public static readonly NameComparer Instance = new();

        public bool Equals((string Table, string Column) x, (string Table, string Column) y) =>
            x.Table.Equals(y.Table, StringComparison.OrdinalIgnoreCase) && x.Column.Equals(y.Column, StringComparison.OrdinalIgnoreCase);

        public int GetHashCode((string Table, string Column) name) => HashCode.Combine(
            StringComparer.OrdinalIgnoreCase.GetHashCode(name.Table), StringComparer.OrdinalIgnoreCase.GetHashCode(name.Column));
    }
}
