namespace Varai.PostgreSql.Data.Catalog;

/// <summary>A right that is given where the target knows the role.</summary>
/// <param name="Role">Whose; <see langword="null"/> for everybody's.</param>
/// <param name="Sql">The statement.</param>
/// <param name="Schema">The schema it is about as a whole; the target's own rights go before.</param>
internal sealed record SchemaGrant(string? Role, string Sql, string? Schema = null);
