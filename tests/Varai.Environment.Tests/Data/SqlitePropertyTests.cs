using System.Diagnostics;
using CsCheck;
using Varai.Data;

namespace Varai.Tests.Data;

/// <summary>Random schemas with random rows: the copy is equal by fingerprint and by a dump of SQLite's own tool, or by reading all
/// of it where there is no tool.</summary>
public sealed class SqlitePropertyTests
{
    private static readonly string[] Types = ["", "INTEGER", "TEXT", "BLOB", "REAL", "NUMERIC", "VARCHAR(20)", "DATETIME", "BOOLEAN"];

    private static readonly Gen<string> Name = Gen.Select(Gen.Int[0, 5], Gen.Int[0, 3]).Select((a, b) =>
        new[] { "a", "ü", "x\"y", "it's", "日本", "select" }[a] + new[] { "", "1", "[", " z" }[b]);

    private static readonly Gen<string> Value = Gen.OneOf(
        Gen.Const("NULL"),
        Gen.Long.Select(l => l == long.MinValue ? "0" : l.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        Gen.Double[-1e9, 1e9].Select(d => d.ToString("R", System.Globalization.CultureInfo.InvariantCulture)),
        Gen.String[0, 20].Select(Text),
        Gen.Int[0, 5].Select(i => new[] { "ä", "日", "😀", "'", "\"", "\\" }[i]).Array[0, 8].Select(p => Text(string.Concat(p))),
        Gen.Byte.Array[0, 30].Select(b => $"x'{Convert.ToHexString(b)}'"));

    private static readonly Gen<string> Table = Gen.Select(
        Gen.Select(Name, Gen.Int[0, Types.Length - 1]).Array[1, 5], Gen.Int[0, 3], Value.Array[0, 40]).Select(Sql);

    [Fact]
    public async Task Migrate_AnyDatabase_IsEqualAfter() => await Table.Array[1, 3].SampleAsync(
        async (string[] tables) =>
        {
            using var world = new DataWorld();
            for (int i = 0; i < tables.Length; i++)
            {
                string sql = tables[i].Replace("$table", $"\"t{i} '\"\"ü\"", StringComparison.Ordinal);
                world.Execute("production", sql);
                world.Execute("staging", sql);
            }

            await world.MoveDatabaseAsync();
            await AssertEqualAsync(world, "staging", "production");

            var keep = new DataMaskingPolicy();
            foreach (string row in world.Query("production", "SELECT t.name, c.name FROM pragma_table_list t, pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%'"))
                keep.Keep(row[..row.IndexOf('|', StringComparison.Ordinal)], row[(row.IndexOf('|', StringComparison.Ordinal) + 1)..]);
            await world.MaskDatabaseAsync(keep);
            await AssertEqualAsync(world, "production", "staging");
        },
        iter: 100,
        threads: 1);

    private static async Task AssertEqualAsync(DataWorld world, string source, string target)
    {
        Assert.Equal(
            await world.Database.FingerprintAsync(source, default), await world.Database.FingerprintAsync(target, default));
        Assert.Equal(Dump(world, source), Dump(world, target));
    }

    private static string Dump(DataWorld world, string environment)
    {
        var start = new ProcessStartInfo("sqlite3") { RedirectStandardOutput = true, UseShellExecute = false };
        start.ArgumentList.Add(world.DatabaseOf(environment));
        start.ArgumentList.Add(".dump");
        try
        {
            using Process process = Process.Start(start)!;
            string dump = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return dump;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return string.Join('\n', world.Query(environment, "SELECT sql FROM sqlite_master ORDER BY name")
                .Concat(world.Query(environment, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name")
                    .SelectMany(n => world.Query(environment, $"SELECT rowid, * FROM \"{n.Replace("\"", "\"\"", StringComparison.Ordinal)}\" ORDER BY 1"))));
        }
    }

    private static string Text(string value) => $"'{value.Replace("'", "''", StringComparison.Ordinal).Replace("\0", "", StringComparison.Ordinal)}'";

    private static string Sql((string Name, int Type)[] columns, int kind, string[] values)
    {
        (string Name, int Type)[] distinct = [.. columns.DistinctBy(c => c.Name.ToUpperInvariant())];
        string[] names = [.. distinct.Select(c => $"\"{c.Name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"")];
        string key = kind switch { 1 => "key INTEGER PRIMARY KEY AUTOINCREMENT, ", 2 => "key INTEGER PRIMARY KEY, ", 3 => "key INT PRIMARY KEY, ", _ => "" };
        string sql = $"CREATE TABLE $table ({key}{string.Join(", ", distinct.Select((c, i) => $"{names[i]} {Types[c.Type]}"))}){(kind == 3 ? " WITHOUT ROWID" : "")};";
        int number = 0;
        foreach (string[] row in values.Chunk(names.Length).Where(r => r.Length == names.Length))
            sql += $"INSERT INTO $table VALUES ({(kind == 0 ? "" : $"{number++ * 3}, ")}{string.Join(", ", row)});";
        return sql;
    }
}
