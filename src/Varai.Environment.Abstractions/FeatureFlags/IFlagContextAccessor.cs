namespace Varai.FeatureFlags;

/// <summary>The context of the work at hand, for evaluations that are given none.</summary>
/// <remarks>The default flows with the asynchronous call, as <c>IHttpContextAccessor</c> does: what one request sets, no other
/// sees. Read by evaluations only when a flag has a rule that needs a context. Register an implementation of your own to take it
/// from elsewhere; it must be quick, thread-safe and must not throw.</remarks>
public interface IFlagContextAccessor
{
    /// <summary>The context; <see langword="null"/> when there is none, and then rules that need one are not met.</summary>
    FlagContext? Current { get; set; }
}
