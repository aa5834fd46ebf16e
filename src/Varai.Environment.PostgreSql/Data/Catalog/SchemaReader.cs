using System.Globalization;
using System.Text.Json;
using Npgsql;
using Varai.Data;

namespace Varai.PostgreSql.Data.Catalog;

/// <summary>Reads from the catalog what makes the schemas again. Names come out with their schemas, since the session has no search path.</summary>
internal sealed class SchemaReader(DataDatabase database, NpgsqlConnection connection, string[] schemas, DataMaskingPolicy? policy)
{
    private const int SequencesAtOnce = 200;

    private readonly SchemaOrder _order = new();
    private readonly Dictionary<long, List<CatalogColumn>> _columns = [];
    private readonly List<CatalogTable> _tables = [];
    private readonly Dictionary<string, CatalogTable> _tablesByKey = new(StringComparer.Ordinal);
    private readonly List<SchemaStatement> _last = [];
    private readonly List<string> _notes = [];
    private readonly List<string> _refused = [];
    private HashSet<string> _local = [];
    private CatalogTypes _types = new([], _ => []);

    /// <summary>All tables, also those that are left out.</summary>
    public IReadOnlyList<CatalogTable> AllTables => _tables;

    /// <summary>The tables alone, without what makes them.</summary>
    public async Task<CatalogView> ReadTablesAsync(CancellationToken cancellationToken)
    {
        await ReadTypesAsync(cancellationToken).ConfigureAwait(false);
        await ReadColumnsAsync(cancellationToken).ConfigureAwait(false);
        await ReadRelationsAsync(cancellationToken).ConfigureAwait(false);
        return new CatalogView(new SchemaDocument { Schemas = schemas }, _tables, _types, []);
    }

    public async Task<CatalogView> ReadAsync(CancellationToken cancellationToken)
    {
        List<string?[]> missing = await QueryAsync("SELECT u FROM unnest($1) u WHERE NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = u)", cancellationToken).ConfigureAwait(false);
        if (missing.Count > 0)
            throw database.Failed($"There is no schema {string.Join(", ", missing.Select(m => $"'{m[0]}'"))} in {database.Name}.");
        foreach (string?[] row in await QueryAsync(CatalogQueries.Unsupported, cancellationToken).ConfigureAwait(false))
            _refused.Add(row[0]!);
        await ReadTypesAsync(cancellationToken).ConfigureAwait(false);
        await ReadColumnsAsync(cancellationToken).ConfigureAwait(false);
        _local = [.. (await QueryAsync(CatalogQueries.LocalObjects, cancellationToken).ConfigureAwait(false)).Select(r => $"{r[0]}:{r[1]}")];
        foreach (string?[] row in await QueryAsync(CatalogQueries.Dependencies, cancellationToken).ConfigureAwait(false))
            _order.AddNeed($"{row[0]}:{row[1]}", $"{row[2]}:{row[3]}");
        await ReadTypeDefinitionsAsync(cancellationToken).ConfigureAwait(false);
        await ReadFunctionsAsync(cancellationToken).ConfigureAwait(false);
        await ReadSequencesAsync(cancellationToken).ConfigureAwait(false);
        List<string?[]> relations = await ReadRelationsAsync(cancellationToken).ConfigureAwait(false);
        (List<SchemaIndex> indexes, List<SchemaForeignKey> keys) = await ReadConstraintsAsync(cancellationToken).ConfigureAwait(false);
        foreach (CatalogTable table in _tables)
        {
            foreach (CatalogColumn column in table.Stored.Where(c => _types.IsRegistered(c.Type)))
                _refused.Add($"column {table.Item}.{column.Name} of type {column.TypeText}");
        }

        if (_refused.Count > 0)
            throw database.Failed($"{database.Name} has what can't be moved yet: {string.Join("; ", _refused)}. Nothing was copied.");

        IReadOnlyList<SchemaNode> nodes = _order.Sort(what => database.Failed($"In {database.Name}, {what} depends on itself in a circle, which can't be moved yet."));
        _notes.AddRange(nodes.Where(n => !n.IsPart && _order.IsExcluded(n.Key) && !_tablesByKey.ContainsKey(n.Key)).Select(n => $"{n.What} was left out with what it depends on."));
        SchemaNode[] kept = [.. nodes.Where(n => !_order.IsExcluded(n.Key))];
        await ReadPartsAsync(relations, cancellationToken).ConfigureAwait(false);
        (bool hasLargeObjects, CatalogTable? largeObjects) = await ReadLargeObjectsAsync(cancellationToken).ConfigureAwait(false);
        CatalogTable[] tables = [.. _tables.Where(t => !IsExcluded(t.Item))];
        var document = new SchemaDocument
        {
            Schemas = schemas,
            Extensions = (await QueryAsync(CatalogQueries.Extensions, cancellationToken).ConfigureAwait(false)).ToDictionary(r => r[0]!, r => r[1]!, StringComparer.Ordinal),
            Before = [.. kept.Where(n => !n.IsAfter).SelectMany(n => n.Statements.Select(s => new SchemaStatement(n.What, s)))],
            Tables = [.. tables.Select(t => new SchemaTable(t.Schema, t.Name, t.Item, [.. t.Stored.Select(c => c.Name)]) { IsBound = IsBound(t) })],
            Indexes = indexes,
            ForeignKeys = keys,
            After = [.. kept.Where(n => n.IsAfter).SelectMany(n => n.Statements.Select(s => new SchemaStatement(n.What, s))), .. _last],
            Grants = await GrantReader.ReadAsync(database, connection, schemas, _order.Has, cancellationToken).ConfigureAwait(false),
            IsSubset = policy is { Filters.Count: > 0 } or { Excluded.Count: > 0 },
            HasLargeObjects = hasLargeObjects,
        };
        return new CatalogView(document, largeObjects is null ? tables : [.. tables, largeObjects], _types, _notes);
    }

    private static bool IsTrue(string? text) => text is "true" or "t";

    private static long Number(string? text) => long.Parse(text!, CultureInfo.InvariantCulture);

    private static string[] Names(string? json)
    {
        using JsonDocument document = JsonDocument.Parse(json ?? "[]");
        return [.. document.RootElement.EnumerateArray().Select(e => e.GetString()!)];
    }

    private static string Qualify(string schema, string name) => $"{DataDatabase.Quote(schema)}.{DataDatabase.Quote(name)}";

    private Task<List<string?[]>> QueryAsync(string sql, CancellationToken cancellationToken) =>
        database.QueryAsync(connection, sql, cancellationToken, sql.Contains("$1", StringComparison.Ordinal) ? [schemas] : []);

    private bool IsExcluded(string item) => policy?.Excluded.Contains(item, StringComparer.OrdinalIgnoreCase) == true;

    private string ItemOf(string schema, string name) => schema == schemas[0] ? name : $"{schema}.{name}";

    private async Task ReadTypesAsync(CancellationToken cancellationToken)
    {
        var types = new Dictionary<long, CatalogType>();
        foreach (string?[] r in await QueryAsync(CatalogQueries.Types, cancellationToken).ConfigureAwait(false))
        {
            var type = new CatalogType(Number(r[0]), r[1]!, r[2]!, r[3]![0])
            {
                Base = Number(r[4]),
                BaseModifier = (int)Number(r[5]),
                Element = Number(r[6]),
                Relation = Number(r[7]),
                Range = Number(r[8]),
                RangeType = Number(r[9]),
            };
            types.Add(type.Oid, type);
            string key = $"pg_type:{r[0]}";
            if (type.Element != 0)
                _order.AddAlias(key, $"pg_type:{r[6]}");
            else if (type.RangeType != 0)
                _order.AddAlias(key, $"pg_type:{r[9]}");
            else if (type.Relation != 0)
                _order.AddAlias(key, $"pg_class:{r[7]}");
        }

        _types = new CatalogTypes(types, relation => _columns.TryGetValue(relation, out List<CatalogColumn>? columns) ? columns : []);
    }

    private async Task ReadColumnsAsync(CancellationToken cancellationToken)
    {
        foreach (string?[] r in await QueryAsync(CatalogQueries.Columns, cancellationToken).ConfigureAwait(false))
        {
            bool isGenerated = r[7] is { Length: > 0 };
            string name = DataDatabase.Quote(r[1]!);
            string rest = r[10] is { } collation ? $" COLLATE {collation}" : "";
            if (isGenerated)
                rest += $" GENERATED ALWAYS AS ({r[8]}) {(r[7] == "v" ? "VIRTUAL" : "STORED")}";
            if (r[6] is { Length: > 0 } identity)
                rest += $" GENERATED {(identity == "a" ? "ALWAYS" : "BY DEFAULT")} AS IDENTITY ({r[15]})";
            if (IsTrue(r[5]))
                rest += " NOT NULL";
            var settings = new List<string>();
            if (r[11] is { } storage)
                settings.Add($"ALTER COLUMN {name} SET STORAGE {storage switch { "p" => "PLAIN", "e" => "EXTERNAL", "m" => "MAIN", _ => "EXTENDED" }}");
            if (r[12] is { Length: > 0 } compression)
                settings.Add($"ALTER COLUMN {name} SET COMPRESSION {(compression == "l" ? "lz4" : "pglz")}");
            if (r[13] != "-1")
                settings.Add($"ALTER COLUMN {name} SET STATISTICS {r[13]}");
            if (r[14] is { } options)
                settings.Add($"ALTER COLUMN {name} SET ({options})");
            long relation = Number(r[0]);
            if (!_columns.TryGetValue(relation, out List<CatalogColumn>? columns))
                _columns.Add(relation, columns = []);
            columns.Add(new CatalogColumn(r[1]!, r[2]!, Number(r[3]), (int)Number(r[4]), IsTrue(r[5]), isGenerated)
            {
                Rest = rest,
                Settings = settings,
                Default = !isGenerated && r[8] is { } expression ? (r[9]!, expression) : null,
            });
            if (isGenerated && r[9] is { } generated)
                _order.AddAlias($"pg_attrdef:{generated}", $"pg_class:{r[0]}");
        }
    }

    private async Task ReadTypeDefinitionsAsync(CancellationToken cancellationToken)
    {
        foreach (string?[] r in await QueryAsync(CatalogQueries.TypeDefinitions, cancellationToken).ConfigureAwait(false))
        {
            // A multirange comes with its range.
            if (r[2] == "b" || (r[3] is null && r[2] != "m"))
            {
                _refused.Add($"type {r[1]}");
                continue;
            }

            var node = new SchemaNode($"pg_type:{r[0]}", $"type {r[1]}");
            node.Statements.Add(r[3]!);
            _order.Add(node);
        }
    }

    private async Task ReadFunctionsAsync(CancellationToken cancellationToken)
    {
        foreach (string?[] r in await QueryAsync(CatalogQueries.Functions, cancellationToken).ConfigureAwait(false))
        {
            // The functions of a range are made with it.
            if (_order.NeedsOf($"pg_proc:{r[0]}").Any(n => n.StartsWith("pg_type:", StringComparison.Ordinal) && _types.All.Any(t => t.Range != 0 && n == $"pg_type:{t.Oid}") && _order.Has(n))
                && r[2]?.Contains("range_constructor", StringComparison.Ordinal) == true)
            {
                continue;
            }

            if (r[2] is null)
            {
                _refused.Add($"aggregate {r[1]}");
                continue;
            }

            var node = new SchemaNode($"pg_proc:{r[0]}", $"function {r[1]}");
            node.Statements.Add(r[2]!);
            _order.Add(node);
        }
    }

    private async Task ReadSequencesAsync(CancellationToken cancellationToken)
    {
        var values = new List<(string Key, string Name)>();
        foreach (string?[] r in await QueryAsync(CatalogQueries.Sequences, cancellationToken).ConfigureAwait(false))
        {
            string key = $"pg_class:{r[0]}";
            values.Add((key, r[1]!));
            if (r[3] == "i")
            {
                _order.AddAlias(key, $"pg_class:{r[4]}");
                continue;
            }

            var node = new SchemaNode(key, $"sequence {r[1]}") { IsPart = r[3] is not null };
            node.Statements.Add($"CREATE SEQUENCE {r[1]} {r[2]}");
            _order.Add(node);
            if (r[5] is { } owner)
            {
                var owned = new SchemaNode($"owned:{r[0]}", $"owner of sequence {r[1]}") { IsPart = true };
                owned.Statements.Add($"ALTER SEQUENCE {r[1]} OWNED BY {owner}");
                _order.AddNeed(owned.Key, key);
                _order.AddNeed(owned.Key, $"pg_class:{r[4]}");
                _order.Add(owned);
            }
        }

        // Read after the snapshot was taken, so never behind the rows.
        foreach ((string Key, string Name)[] some in values.Chunk(SequencesAtOnce))
        {
            string sql = string.Join(" UNION ALL ", some.Select(v => $"SELECT {DataDatabase.Literal(v.Key)}::text, {DataDatabase.Literal(v.Name)}::text, last_value::text, is_called::text FROM {v.Name}"));
            foreach (string?[] r in await QueryAsync(sql, cancellationToken).ConfigureAwait(false))
            {
                var node = new SchemaNode($"value:{r[0]}", $"value of sequence {r[1]}") { IsPart = true, IsAfter = true };
                node.Statements.Add($"SELECT pg_catalog.setval({DataDatabase.Literal(r[1]!)}::pg_catalog.regclass, {r[2]}, {r[3]})");
                _order.AddNeed(node.Key, r[0]!);
                _order.Add(node);
            }
        }
    }

    private async Task<List<string?[]>> ReadRelationsAsync(CancellationToken cancellationToken)
    {
        List<string?[]> relations = await QueryAsync(CatalogQueries.Relations, cancellationToken).ConfigureAwait(false);
        foreach (string?[] r in relations)
        {
            string key = $"pg_class:{r[0]}";
            string name = Qualify(r[1]!, r[2]!);
            List<CatalogColumn> columns = _columns.TryGetValue(Number(r[0]), out List<CatalogColumn>? found) ? found : [];
            string with = r[8] is { } options ? $" WITH ({options})" : "";
            if (IsTrue(r[12]) || IsTrue(r[11]))
            {
                _refused.Add($"{(IsTrue(r[11]) ? "typed table" : r[3] == "f" ? "foreign table" : "partitioned or inherited table")} {ItemOf(r[1]!, r[2]!)}");
                continue;
            }

            switch (r[3])
            {
                case "r":
                    AddTable(r, key, name, columns, with);
                    break;
                case "v" or "m":
                    var view = new SchemaNode(key, $"view {name}") { IsAfter = r[3] == "m" };
                    string body = r[9]!.TrimEnd(';');
                    view.Statements.Add(r[3] == "v" ? $"CREATE VIEW {name}{with} AS {body}" : $"CREATE MATERIALIZED VIEW {name} USING {DataDatabase.Quote(r[14]!)}{with} AS {body} WITH {(IsTrue(r[10]) ? "" : "NO ")}DATA");
                    foreach (CatalogColumn column in columns.Where(c => c.Settings.Count > 0))
                        view.Statements.AddRange(column.Settings.Select(s => $"ALTER MATERIALIZED VIEW {name} {s}"));
                    _order.Add(view);
                    AddDefaults(key, name, columns);
                    break;
                case "c":
                    var type = new SchemaNode(key, $"type {name}");
                    type.Statements.Add($"CREATE TYPE {name} AS ({string.Join(", ", columns.Select(c => $"{DataDatabase.Quote(c.Name)} {c.TypeText}{c.Rest}"))})");
                    _order.Add(type);
                    break;
            }
        }

        foreach (string?[] rule in await QueryAsync("SELECT r.oid::text, r.ev_class::text FROM pg_rewrite r WHERE r.rulename = '_RETURN' AND r.oid >= 16384", cancellationToken).ConfigureAwait(false))
            _order.AddAlias($"pg_rewrite:{rule[0]}", $"pg_class:{rule[1]}");
        if (_tables.GroupBy(t => t.Item, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw database.Failed($"Two tables of {database.Name} are called '{twice.Key}' here, one of them with its schema. Rename one.");
        return relations;
    }

    private void AddTable(string?[] r, string key, string name, List<CatalogColumn> columns, string with)
    {
        var table = new CatalogTable(r[1]!, r[2]!, ItemOf(r[1]!, r[2]!), columns, Number(r[13]));
        _tables.Add(table);
        _tablesByKey.Add(key, table);
        var node = new SchemaNode(key, $"table {name}");
        string list = string.Join(", ", columns.Select(c => $"{DataDatabase.Quote(c.Name)} {c.TypeText}{c.Rest}"));
        node.Statements.Add($"CREATE {(r[4] == "u" ? "UNLOGGED " : "")}TABLE {name} ({list}) USING {DataDatabase.Quote(r[14]!)}{with}");
        node.Statements.AddRange(columns.SelectMany(c => c.Settings).Select(s => $"ALTER TABLE ONLY {name} {s}"));
        _order.Add(node);
        AddDefaults(key, name, columns);
        if (IsExcluded(table.Item))
            _order.Exclude(key);
    }

    private void AddDefaults(string key, string name, List<CatalogColumn> columns)
    {
        foreach (CatalogColumn column in columns)
        {
            if (column.Default is not var (oid, expression))
                continue;
            var node = new SchemaNode($"pg_attrdef:{oid}", $"default of {name}.{DataDatabase.Quote(column.Name)}") { IsPart = true };
            node.Statements.Add($"ALTER TABLE ONLY {name} ALTER COLUMN {DataDatabase.Quote(column.Name)} SET DEFAULT {expression}");
            _order.AddNeed(node.Key, key);
            _order.Add(node);
        }
    }

    private bool IsLocal(string key) => _order.NeedsOf(key).Any(_local.Contains);

    private bool IsBound(CatalogTable table)
    {
        string key = _tablesByKey.First(p => ReferenceEquals(p.Value, table)).Key;

        // Generated columns count to the table; checks and domains were found before.
        return _boundTables.Contains(key)
            || _generated.Where(g => _order.Resolve(g) == key).Any(IsLocal)
            || table.Columns.Any(c => _types.AnyDomain(c.Type, d => _boundDomains.Contains(d.Oid)));
    }

    private readonly HashSet<string> _boundTables = new(StringComparer.Ordinal);
    private readonly HashSet<long> _boundDomains = [];
    private List<string> _generated = [];

    private async Task<(List<SchemaIndex> Indexes, List<SchemaForeignKey> Keys)> ReadConstraintsAsync(CancellationToken cancellationToken)
    {
        _generated = [.. (await QueryAsync("SELECT d.oid::text FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum WHERE a.attgenerated <> ''", cancellationToken).ConfigureAwait(false)).Select(r => $"pg_attrdef:{r[0]}")];
        var onIndexes = new Dictionary<string, string?[]>(StringComparer.Ordinal);
        var keys = new List<SchemaForeignKey>();
        foreach (string?[] r in await QueryAsync(CatalogQueries.Constraints, cancellationToken).ConfigureAwait(false))
        {
            string key = $"pg_constraint:{r[0]}";
            string relation = $"pg_class:{r[3]}";
            if (r[3] != "0" && !_tablesByKey.ContainsKey(relation))
                continue;
            switch (r[2])
            {
                case "c":
                    string of = r[3] != "0" ? "TABLE ONLY" : "DOMAIN";
                    var check = new SchemaNode(key, $"constraint {r[1]} of {r[11]}") { IsPart = true, IsAfter = !IsTrue(r[5]) };
                    check.Statements.Add($"ALTER {of} {r[11]} ADD CONSTRAINT {DataDatabase.Quote(r[1]!)} {r[6]}");
                    _order.AddNeed(key, r[3] != "0" ? relation : $"pg_type:{r[4]}");
                    _order.Add(check);
                    if (IsLocal(key) && r[3] == "0")
                        _boundDomains.Add(Number(r[4]));
                    else if (IsLocal(key))
                        _boundTables.Add(relation);
                    break;
                case "f":
                    _order.AddLate(key);
                    AddForeignKey(r, keys);
                    break;
                default:
                    _order.AddLate(key);
                    onIndexes.Add(r[0]!, r);
                    break;
            }
        }

        return (await ReadIndexesAsync(onIndexes, cancellationToken).ConfigureAwait(false), keys);
    }

    private void AddForeignKey(string?[] r, List<SchemaForeignKey> keys)
    {
        CatalogTable table = _tablesByKey[$"pg_class:{r[3]}"];
        if (IsExcluded(table.Item))
            return;
        if (!_tablesByKey.TryGetValue($"pg_class:{r[7]}", out CatalogTable? parent))
        {
            _refused.Add($"foreign key {r[1]} of {table.Item}, which refers to a table outside of the schemas that are moved");
            return;
        }

        if (!r[6]!.StartsWith(r[10]!, StringComparison.Ordinal))
        {
            _refused.Add($"foreign key {r[1]} of {table.Item}");
            return;
        }

        string rest = r[6]![r[10]!.Length..];
        keys.Add(new SchemaForeignKey(table.Schema, table.Name, r[1]!)
        {
            Columns = Names(r[8]),
            ParentSchema = parent.Schema,
            Parent = parent.Name,
            ParentColumns = Names(r[9]),
            Rest = rest.EndsWith(" NOT VALID", StringComparison.Ordinal) ? rest[..^" NOT VALID".Length] : rest,
            IsValid = IsTrue(r[5]),
            IsOrphaned = IsExcluded(parent.Item),
        });
    }

    private async Task<List<SchemaIndex>> ReadIndexesAsync(Dictionary<string, string?[]> constraints, CancellationToken cancellationToken)
    {
        var indexes = new List<SchemaIndex>();
        foreach (string?[] r in await QueryAsync(CatalogQueries.Indexes, cancellationToken).ConfigureAwait(false))
        {
            string key = $"pg_class:{r[0]}";
            string relation = $"pg_class:{r[1]}";
            string qualified = $"{DataDatabase.Quote(r[12]!)}.{r[10]}";
            if (!IsTrue(r[9]))
            {
                _notes.Add($"The index {qualified} is not valid and was left out.");
                continue;
            }

            var settings = new List<string>();
            if (IsTrue(r[7]))
                settings.Add($"ALTER TABLE {r[11]} CLUSTER ON {r[10]}");
            if (IsTrue(r[8]))
                settings.Add($"ALTER TABLE {r[11]} REPLICA IDENTITY USING INDEX {r[10]}");
            if (!_tablesByKey.TryGetValue(relation, out CatalogTable? table))
            {
                var node = new SchemaNode(key, $"index {qualified}") { IsAfter = true, IsPart = true };
                node.Statements.Add(r[4]!);
                node.Statements.AddRange(settings.Select(s => s.Replace("ALTER TABLE", "ALTER MATERIALIZED VIEW", StringComparison.Ordinal)));
                _order.AddNeed(key, relation);
                _order.Add(node);
                continue;
            }

            _order.AddLate(key);
            if (IsExcluded(table.Item))
                continue;
            string?[]? constraint = r[6] is { } oid ? constraints[oid] : null;
            bool isPlain = r[4]!.StartsWith(r[5]!, StringComparison.Ordinal);
            indexes.Add(new SchemaIndex(table.Schema, table.Name, r[2]!)
            {
                IsUnique = IsTrue(r[3]),
                Definition = isPlain && constraint?[2] != "x" && constraint?[6]?.Contains("WITHOUT OVERLAPS", StringComparison.Ordinal) != true ? r[4]![r[5]!.Length..] : null,
                Constraint = constraint?[6],
                Settings = settings,
                IsBound = !isPlain || IsLocal(key) || (constraint is not null && IsLocal($"pg_constraint:{r[6]}")),
            });
        }

        return indexes;
    }

    private async Task ReadPartsAsync(List<string?[]> relations, CancellationToken cancellationToken)
    {
        foreach (string?[] r in await QueryAsync(CatalogQueries.Parts, cancellationToken).ConfigureAwait(false))
        {
            if (!_order.Has($"pg_class:{r[0]}"))
                continue;
            _last.Add(new SchemaStatement(r[1]!, r[2]!));
            if (r[4] is { } setting)
                _last.Add(new SchemaStatement(r[1]!, setting));
        }

        foreach (string?[] r in relations.Where(r => r[3] is "r" && _order.Has($"pg_class:{r[0]}")))
        {
            string name = Qualify(r[1]!, r[2]!);
            if (IsTrue(r[6]))
                _last.Add(new SchemaStatement($"table {name}", $"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"));
            if (IsTrue(r[7]))
                _last.Add(new SchemaStatement($"table {name}", $"ALTER TABLE {name} FORCE ROW LEVEL SECURITY"));
            if (r[5] is "n" or "f")
                _last.Add(new SchemaStatement($"table {name}", $"ALTER TABLE {name} REPLICA IDENTITY {(r[5] == "n" ? "NOTHING" : "FULL")}"));
        }

        foreach (string?[] r in await QueryAsync(CatalogQueries.Comments, cancellationToken).ConfigureAwait(false))
        {
            if (r[0] != "0" ? !_order.Has($"pg_class:{r[0]}") : _order.IsExcluded($"{r[1]}:{r[2]}") || r[1] == "pg_namespace")
                continue;
            string kind = r[3] switch
            {
                "table column" or "view column" or "materialized view column" or "composite type column" => "COLUMN",
                "table constraint" => "CONSTRAINT",
                "domain constraint" => "CONSTRAINT",
                "statistics object" => "STATISTICS",
                "composite type" => "TYPE",
                _ => r[3]!.ToUpperInvariant(),
            };
            string identity = r[3] == "domain constraint" ? r[4]!.Replace(" on ", " ON DOMAIN ", StringComparison.Ordinal) : r[4]!;
            _last.Add(new SchemaStatement($"comment on {r[3]} {r[4]}", $"COMMENT ON {kind} {identity} IS {DataDatabase.Literal(r[5]!)}"));
        }
    }

    // They belong to the database and not to a schema: they go along when a column can refer to one.
    private async Task<(bool HasLargeObjects, CatalogTable? Table)> ReadLargeObjectsAsync(CancellationToken cancellationToken)
    {
        string? size = await database.ReadAsync(
            connection,
            "SELECT CASE WHEN EXISTS (SELECT FROM pg_largeobject_metadata) THEN pg_total_relation_size('pg_catalog.pg_largeobject')::text END",
            cancellationToken).ConfigureAwait(false);
        if (size is null)
            return (false, null);
        if (!_tables.Exists(t => !IsExcluded(t.Item) && t.Columns.Any(c => _types.IsObjectNumber(c.Type))))
        {
            _notes.Add("The database has large objects that no column of these schemas can refer to; they were left out.");
            return (false, null);
        }

        if (IsExcluded(CatalogTable.LargeObjects))
            return (false, null);
        if (!IsTrue(await database.ReadAsync(connection, "SELECT has_table_privilege('pg_catalog.pg_largeobject', 'SELECT')::text", cancellationToken).ConfigureAwait(false)))
            throw database.Failed($"{database.Name} has large objects, which only a superuser can read as a whole. Connect as one, or exclude '{CatalogTable.LargeObjects}' in the masking policy.");
        CatalogType bytes = _types.All.First(t => t is { Schema: "pg_catalog", Name: "bytea" });
        CatalogType number = _types.All.First(t => t is { Schema: "pg_catalog", Name: "int4" });
        CatalogType oid = _types.All.First(t => t is { Schema: "pg_catalog", Name: "oid" });
        return (true, new CatalogTable(
            "pg_catalog",
            CatalogTable.LargeObjects,
            CatalogTable.LargeObjects,
            [
                new CatalogColumn("loid", "oid", oid.Oid, -1, IsNotNull: true, IsGenerated: false),
                new CatalogColumn("pageno", "integer", number.Oid, -1, IsNotNull: true, IsGenerated: false),
                new CatalogColumn("data", "bytea", bytes.Oid, -1, IsNotNull: true, IsGenerated: false),
            ],
            Number(size)));
    }
}
