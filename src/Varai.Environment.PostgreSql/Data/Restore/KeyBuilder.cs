using Npgsql;
using Varai.PostgreSql.Data.Catalog;

namespace Varai.PostgreSql.Data.Restore;

/// <summary>Builds keys and indexes of the staged tables.</summary>
internal sealed class KeyBuilder(DataDatabase database, StagedSchemas staged, SchemaDocument schema)
{
    /// <summary>Statements with the real names, for what is set on indexes.</summary>
    public IEnumerable<SchemaStatement> Settings => schema.Indexes.SelectMany(i => i.Settings.Select(s => new SchemaStatement($"index {i.Name}", s)));

    /// <summary>Builds of all indexes that don't need the real names; several on one table go beside each other.</summary>
    public IEnumerable<Func<NpgsqlConnection, Task>> Indexes(CancellationToken cancellationToken) =>
        schema.Indexes.Where(i => i is { IsBound: false, Definition: not null }).Select(i => (Func<NpgsqlConnection, Task>)(c => ExecuteAsync(
            c, Create(i, staged.Table(i.Schema, i.Table)), $"index {i.Name} of {i.Table}", cancellationToken)));

    /// <summary>Makes the constraints that rest on indexes, and the indexes that need the real names.</summary>
    public async Task AttachAsync(NpgsqlConnection owner, CancellationToken cancellationToken)
    {
        foreach (SchemaIndex index in schema.Indexes.Where(i => i is { IsBound: false, Constraint: not null }))
            await ExecuteAsync(owner, Attach(index, staged.Table(index.Schema, index.Table)), $"constraint {index.Name} of {index.Table}", cancellationToken).ConfigureAwait(false);
        SchemaIndex[] bound = [.. schema.Indexes.Where(i => i.IsBound)];
        if (bound.Length == 0)
            return;
        await staged.RunAsync(
            owner,
            async () =>
            {
                foreach (SchemaIndex index in bound)
                {
                    string table = $"{DataDatabase.Quote(index.Schema)}.{DataDatabase.Quote(index.Table)}";
                    if (index.Definition is not null)
                        await ExecuteAsync(owner, Create(index, table), $"index {index.Name} of {index.Table}", cancellationToken).ConfigureAwait(false);
                    if (index.Constraint is not null)
                        await ExecuteAsync(owner, Attach(index, table), $"constraint {index.Name} of {index.Table}", cancellationToken).ConfigureAwait(false);
                }
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Adds foreign keys without looking at rows yet.</summary>
    public async Task AddForeignKeysAsync(NpgsqlConnection owner, CancellationToken cancellationToken)
    {
        foreach (SchemaForeignKey key in schema.ForeignKeys.Where(k => !k.IsOrphaned))
        {
            string sql = $"ALTER TABLE ONLY {staged.Table(key.Schema, key.Table)} ADD CONSTRAINT {DataDatabase.Quote(key.Name)} FOREIGN KEY ({Columns(key.Columns)}) REFERENCES {staged.Table(key.ParentSchema, key.Parent)}{key.Rest} NOT VALID";
            await ExecuteAsync(owner, sql, $"foreign key {key.Name} of {key.Table}", cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Holds the rows against the foreign keys: one table after another does not get in another's way.</summary>
    public IReadOnlyList<Func<NpgsqlConnection, Task>> Validations(CancellationToken cancellationToken) =>
    [
        .. schema.ForeignKeys.Where(k => k is { IsOrphaned: false, IsValid: true }).GroupBy(k => (k.Schema, k.Table)).Select(g => (Func<NpgsqlConnection, Task>)(async c =>
        {
            foreach (SchemaForeignKey key in g)
            {
                await ExecuteAsync(
                    c, $"ALTER TABLE ONLY {staged.Table(key.Schema, key.Table)} VALIDATE CONSTRAINT {DataDatabase.Quote(key.Name)}", $"foreign key {key.Name} of {key.Table}", cancellationToken).ConfigureAwait(false);
            }
        })),
    ];

    public static string Columns(IEnumerable<string> names) => string.Join(", ", names.Select(DataDatabase.Quote));

    private static string Create(SchemaIndex index, string table) =>
        $"CREATE {(index.IsUnique ? "UNIQUE " : "")}INDEX {DataDatabase.Quote(index.Name)} ON {table} {index.Definition}";

    private static string Attach(SchemaIndex index, string table)
    {
        string text = index.Constraint!;
        string add = $"ALTER TABLE ONLY {table} ADD CONSTRAINT {DataDatabase.Quote(index.Name)} ";
        if (index.Definition is null)
            return add + text;
        string kind = text.StartsWith("PRIMARY", StringComparison.Ordinal) ? "PRIMARY KEY" : "UNIQUE";

        // What follows the columns is when it is checked.
        return $"{add}{kind} USING INDEX {DataDatabase.Quote(index.Name)}{text[(text.LastIndexOf(')') + 1)..]}";
    }

    private Task ExecuteAsync(NpgsqlConnection connection, string sql, string what, CancellationToken cancellationToken) =>
        database.ExecuteAsync(connection, sql, $"can't take what was captured, at the {what}", cancellationToken);
}
