using Microsoft.AspNetCore.Http;
using Varai.FeatureFlags;

namespace Varai.AspNetCore.FeatureFlags;

/// <summary>What clients may ask for over the OpenFeature Remote Evaluation Protocol.</summary>
/// <remarks>The functions are called by requests, from any number of threads at once; what they throw is logged and answered with 500.</remarks>
public sealed class FlagEndpointOptions
{
    /// <summary>Says of a flag's name whether clients may see it. A flag they may not see is answered like one that does not exist.</summary>
    /// <value>Default: <see langword="null"/>, which shows every flag: its name, and its value for any context.</value>
    public Func<string, bool>? Include { get; set; }

    /// <summary>Makes the context to evaluate for from the one that the client sent, for what a client must not choose itself: the
    /// targeting key of the signed-in user, groups, the tenant.</summary>
    /// <value>Default: <see langword="null"/>, which believes the client.</value>
    public Func<HttpContext, FlagContext, FlagContext>? CompleteContext { get; set; }

    /// <summary>Whether a context without a targeting key is refused (<c>TARGETING_KEY_MISSING</c>), as the protocol has it. Without
    /// that, all who send none share one bucket of every percentage. Looked at after <see cref="CompleteContext"/>.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool RequireTargetingKey { get; set; } = true;

    /// <summary>Whether the metadata of an evaluation name the rule that decided (<c>matchedRule</c>), which may tell clients the names of groups and
    /// segments.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool ShowMatchedRule { get; set; }

    /// <summary>The longest request body, in bytes; a longer one is refused.</summary>
    /// <value>Default: 65,536; at least 1.</value>
    public int MaximumBodySize { get; set; } = 64 * 1024;

    /// <summary>Whether clients are told of changes: the reply to a bulk evaluation then announces
    /// <c>GET {prefix}/ofrep/v1/events</c>, a stream of server-sent events that tells them to ask again. Each client holds a
    /// connection open, and all of them ask again at once when a flag changes.</summary>
    /// <value>Default: <see langword="false"/>; clients poll.</value>
    public bool EventStream { get; set; }

    /// <summary>How many event streams may be open at a time; one more is answered with 503 and <c>Retry-After</c>.</summary>
    /// <value>Default: 1,000; at least 1.</value>
    public int MaximumEventStreams { get; set; } = 1000;

    /// <summary>How often an event stream sends a comment, so that proxies keep the connection open.</summary>
    /// <value>Default: 15 seconds; at least 1 second.</value>
    public TimeSpan EventStreamHeartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>What is wrong with the options; <see langword="null"/> for nothing.</summary>
    internal string? FindProblem() =>
        MaximumBodySize < 1 ? $"{nameof(MaximumBodySize)} is at least 1 byte, not {MaximumBodySize}."
        : MaximumEventStreams < 1 ? $"{nameof(MaximumEventStreams)} is at least 1, not {MaximumEventStreams}."
        : EventStreamHeartbeat < TimeSpan.FromSeconds(1) ? $"{nameof(EventStreamHeartbeat)} is at least 1 second, not {EventStreamHeartbeat}."
        : null;
}
