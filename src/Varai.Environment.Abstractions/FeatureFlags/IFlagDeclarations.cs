namespace Varai.FeatureFlags;

/// <summary>Holds the flags that code declares against those that are defined; registered by <c>AddFlags</c>.</summary>
/// <remarks>A singleton; safe from any thread.</remarks>
public interface IFlagDeclarations
{
    /// <summary>The declared flags, in the order they were added.</summary>
    IReadOnlyList<Flag> Declared { get; }

    /// <summary>Compares the declarations with the present snapshot. With definitions in the configuration files, it also looks
    /// for undefined flags in the other environments' files, as they were when the configuration was last read.</summary>
    FlagDeclarationReport Check();
}
