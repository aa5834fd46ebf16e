namespace Varai.Data.Databases;

/// <summary>A table, index, view or trigger.</summary>
internal sealed record DatabaseObject(string Type, string Name, string Table, string Sql);
