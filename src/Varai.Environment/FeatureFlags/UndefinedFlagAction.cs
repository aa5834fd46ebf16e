namespace Varai.FeatureFlags;

/// <summary>What happens at start when code declares a flag that no environment defines.</summary>
public enum UndefinedFlagAction
{
    /// <summary>A warning names the flags; they have their defaults.</summary>
    Warn,

    /// <summary>The host does not start.</summary>
    Fail,

    /// <summary>Nothing; <see cref="IFlagDeclarations.Check"/> still tells of them.</summary>
    Ignore,
}
