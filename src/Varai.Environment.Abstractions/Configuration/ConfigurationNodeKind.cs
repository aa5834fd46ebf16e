namespace Varai.Configuration;

/// <summary>What a <see cref="ConfigurationNode"/> holds, in the terms of JSON.</summary>
public enum ConfigurationNodeKind
{
    /// <summary>JSON <c>null</c>; in YAML also <c>~</c> or nothing.</summary>
    Null,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>A number, kept as the text it was written as, so that no digit is lost.</summary>
    Number,

    /// <summary>A string.</summary>
    String,

    /// <summary>An array of nodes.</summary>
    Array,

    /// <summary>An object: named members in the order they were written.</summary>
    Object,
}
