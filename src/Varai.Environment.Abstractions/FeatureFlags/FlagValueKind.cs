namespace Varai.FeatureFlags;

/// <summary>What a <see cref="FlagValue"/> holds.</summary>
public enum FlagValueKind
{
    /// <summary>Nothing: the attribute is absent.</summary>
    None,

    /// <summary>A string.</summary>
    String,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A boolean.</summary>
    Boolean,

    /// <summary>A moment in time.</summary>
    Time,

    /// <summary>Several strings.</summary>
    Strings,
}
