namespace Varai.PostgreSql.Data.Rows;

/// <summary>How the values of a column are masked.</summary>
internal enum ColumnShape
{
    /// <summary>Not at all: kept or NULL.</summary>
    Other,
    Text,
    Padded,
    Integer,
    Fraction,
    Bytes,
    Uuid,
    Json,
}
