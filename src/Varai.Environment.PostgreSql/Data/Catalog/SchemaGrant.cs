namespace Varai.PostgreSql.Data.Catalog;

/// <summary>A right that is given where the target knows the role, and has none of its own to say about the object.</summary>
/// <param name="Role">Whose; <see langword="null"/> for everybody's.</param>
/// <param name="Object">Kind and name of what it is about.</param>
/// <param name="Sql">The statement.</param>
internal sealed record SchemaGrant(string? Role, string Object, string Sql);
