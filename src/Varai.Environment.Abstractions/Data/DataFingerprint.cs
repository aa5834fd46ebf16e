namespace Varai.Data;

/// <summary>What a table, or a tree of files, holds: equal for equal content, whatever the order in which it is stored.</summary>
/// <param name="Name">The table's name, or <c>.</c> for a tree.</param>
/// <param name="Count">How many rows or files there are.</param>
/// <param name="Hash">Lower-case hexadecimal digits.</param>
public sealed record DataFingerprint(string Name, long Count, string Hash);
