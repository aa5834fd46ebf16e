namespace Varai.Configuration.Schema;

/// <summary>The groups of keywords that a 2020-12 metaschema can switch on.</summary>
[Flags]
internal enum SchemaVocabularies
{
    None = 0,
    Core = 1,
    Applicator = 2,
    Unevaluated = 4,
    Validation = 8,
    MetaData = 16,
    FormatAnnotation = 32,
    FormatAssertion = 64,
    Content = 128,

    /// <summary>What the metaschema of 2020-12 itself switches on, and what draft-07 always has.</summary>
    Standard = Core | Applicator | Unevaluated | Validation | MetaData | FormatAnnotation | Content,
}
