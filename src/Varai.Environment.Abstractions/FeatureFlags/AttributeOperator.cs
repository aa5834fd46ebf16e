namespace Varai.FeatureFlags;

/// <summary>How an attribute is compared with the values of an <see cref="AttributeCondition"/>.</summary>
/// <remarks>An attribute that is a list satisfies an operator when one of its items does, and <see cref="NotIn"/> when none is
/// among the values.</remarks>
public enum AttributeOperator
{
    /// <summary>It is one of the values.</summary>
    In,

    /// <summary>It is none of the values.</summary>
    NotIn,

    /// <summary>It is a number below the value.</summary>
    LessThan,

    /// <summary>It is a number not above the value.</summary>
    AtMost,

    /// <summary>It is a number above the value.</summary>
    GreaterThan,

    /// <summary>It is a number not below the value.</summary>
    AtLeast,

    /// <summary>It begins with one of the values.</summary>
    StartsWith,

    /// <summary>It ends with one of the values.</summary>
    EndsWith,

    /// <summary>It contains one of the values.</summary>
    Contains,

    /// <summary>One of the values, a regular expression, is found in it.</summary>
    Matches,

    /// <summary>It is a date before the value.</summary>
    Before,

    /// <summary>It is a date after the value.</summary>
    After,

    /// <summary>It is a semantic version with the same precedence as the value.</summary>
    VersionEquals,

    /// <summary>It is a semantic version before the value.</summary>
    VersionLessThan,

    /// <summary>It is a semantic version not after the value.</summary>
    VersionAtMost,

    /// <summary>It is a semantic version after the value.</summary>
    VersionGreaterThan,

    /// <summary>It is a semantic version not before the value.</summary>
    VersionAtLeast,

    /// <summary>It is there, whatever it is. The only operator without values.</summary>
    Exists,
}
