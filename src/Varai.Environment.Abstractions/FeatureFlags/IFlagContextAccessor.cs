namespace Varai.FeatureFlags;

/// <summary>Holds the context that flags are evaluated for when the call gives none.</summary>
/// <remarks>The default follows the asynchronous flow: what is set in a request or a message handler is seen by all that runs in
/// it and by nothing else. Asked only for flags that depend on the context. Safe from any thread.</remarks>
public interface IFlagContextAccessor
{
    /// <summary>The present context; <see langword="null"/> when there is none.</summary>
    FlagContext? Current { get; set; }
}
