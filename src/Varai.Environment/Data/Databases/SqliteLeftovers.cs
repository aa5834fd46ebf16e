namespace Varai.Data.Databases;

/// <summary>Removes a database file with what SQLite keeps beside it.</summary>
internal static class SqliteLeftovers
{
    public static readonly string[] Companions = ["-wal", "-shm", "-journal"];

    public static void Delete(string path)
    {
        foreach (string companion in Companions)
            File.Delete(path + companion);
        File.Delete(path);
    }
}
