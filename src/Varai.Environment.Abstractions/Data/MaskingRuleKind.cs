namespace Varai.Data;

/// <summary>What a masking rule does.</summary>
public enum MaskingRuleKind
{
    /// <summary>Leaves the value as it is; says that somebody has thought about it.</summary>
    Keep,

    /// <summary>Makes it NULL.</summary>
    Null,

    /// <summary>A keyed hash.</summary>
    Hmac,

    /// <summary>Another value of the same shape.</summary>
    Fake,

    /// <summary>Keeps the end and hides the rest.</summary>
    KeepLast,
}
