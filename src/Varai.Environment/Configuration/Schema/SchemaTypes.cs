namespace Varai.Configuration.Schema;

/// <summary>The type names of JSON Schema as a set.</summary>
[Flags]
internal enum SchemaTypes
{
    None = 0,
    Null = 1,
    Boolean = 2,
    Integer = 4,
    Number = 8,
    String = 16,
    Array = 32,
    Object = 64,

    /// <summary>Everything that a secret, which is text, may stand for.</summary>
    Scalar = Null | Boolean | Integer | Number | String,
}
