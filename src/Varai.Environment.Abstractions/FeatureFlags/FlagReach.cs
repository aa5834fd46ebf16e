namespace Varai.FeatureFlags;

/// <summary>For whom a flag is on, as far as its definition alone can tell.</summary>
public enum FlagReach
{
    /// <summary>It is off for everybody.</summary>
    Nobody,

    /// <summary>It depends: on the context, the time, a percentage between 0 and 100 or a filter of the service's own.</summary>
    Some,

    /// <summary>It is on for everybody: no condition is left that could say no.</summary>
    Everybody,
}
