namespace Varai.PostgreSql.Data.Catalog;

/// <summary>What a source has.</summary>
/// <param name="Schema">What makes it again.</param>
/// <param name="Tables">The tables whose rows are copied.</param>
/// <param name="Types">The types of their columns.</param>
/// <param name="Notes">What somebody should know.</param>
internal sealed record CatalogView(SchemaDocument Schema, IReadOnlyList<CatalogTable> Tables, CatalogTypes Types, IReadOnlyList<string> Notes);
