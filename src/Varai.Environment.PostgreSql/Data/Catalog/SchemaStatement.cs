namespace Varai.PostgreSql.Data.Catalog;

/// <summary>A statement that makes something.</summary>
/// <param name="What">What it makes, for messages.</param>
/// <param name="Sql">The statement.</param>
internal sealed record SchemaStatement(string What, string Sql);
