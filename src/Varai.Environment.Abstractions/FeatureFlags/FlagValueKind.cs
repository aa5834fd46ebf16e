namespace Varai.FeatureFlags;

/// <summary>What a <see cref="FlagValue"/> holds.</summary>
public enum FlagValueKind
{
    /// <summary>Nothing; as if the attribute were absent.</summary>
    None,

    /// <summary>Text.</summary>
    Text,

    /// <summary>A number.</summary>
    Number,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A moment.</summary>
    Date,

    /// <summary>Several texts.</summary>
    List,
}
