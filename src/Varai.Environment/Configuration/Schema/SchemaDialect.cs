namespace Varai.Configuration.Schema;

/// <summary>How the keywords of a schema are to be read: the draft, the vocabularies in force and the metaschema it must obey.</summary>
/// <param name="Draft">The draft.</param>
/// <param name="Vocabularies">The vocabularies in force.</param>
/// <param name="Metaschema">The metaschema's URI without fragment.</param>
internal sealed record SchemaDialect(SchemaDraft Draft, SchemaVocabularies Vocabularies, string Metaschema)
{
    public const string Draft7Uri = "http://json-schema.org/draft-07/schema";
    public const string Draft202012Uri = "https://json-schema.org/draft/2020-12/schema";

    /// <summary>What a message names as the drafts to choose from.</summary>
    public const string Supported = $"'{Draft202012Uri}' or '{Draft7Uri}#'";

    private const string VocabularyPrefix = "https://json-schema.org/draft/2020-12/vocab/";

    public static SchemaDialect Draft7 { get; } = new(SchemaDraft.Draft7, SchemaVocabularies.Standard, Draft7Uri);

    public static SchemaDialect Draft202012 { get; } = new(SchemaDraft.Draft202012, SchemaVocabularies.Standard, Draft202012Uri);

    public static SchemaDialect For(SchemaDraft draft) => draft == SchemaDraft.Draft7 ? Draft7 : Draft202012;

    /// <summary>The published dialect of a URI; http and https are both in use for either.</summary>
    public static SchemaDialect? Published(string uri)
    {
        ReadOnlySpan<char> rest = uri.AsSpan().TrimEnd('#');
        if (rest.StartsWith("https://", StringComparison.Ordinal))
            rest = rest["https://".Length..];
        else if (rest.StartsWith("http://", StringComparison.Ordinal))
            rest = rest["http://".Length..];
        return rest switch
        {
            "json-schema.org/draft-07/schema" => Draft7,
            "json-schema.org/draft/2020-12/schema" => Draft202012,
            _ => null,
        };
    }

    /// <summary>The vocabulary of a URI, or <see cref="SchemaVocabularies.None"/> for one that isn't known.</summary>
    public static SchemaVocabularies Vocabulary(string uri)
    {
        if (!uri.StartsWith(VocabularyPrefix, StringComparison.Ordinal))
            return SchemaVocabularies.None;
        return uri[VocabularyPrefix.Length..] switch
        {
            "core" => SchemaVocabularies.Core,
            "applicator" => SchemaVocabularies.Applicator,
            "unevaluated" => SchemaVocabularies.Unevaluated,
            "validation" => SchemaVocabularies.Validation,
            "meta-data" => SchemaVocabularies.MetaData,
            "format-annotation" => SchemaVocabularies.FormatAnnotation,
            "format-assertion" => SchemaVocabularies.FormatAssertion,
            "content" => SchemaVocabularies.Content,
            _ => SchemaVocabularies.None,
        };
    }

    public bool Has(SchemaVocabularies vocabulary) => (Vocabularies & vocabulary) != 0;
}
