using System.Net;

namespace Varai.Monitoring.Channels;

/// <summary>What a service has answered.</summary>
/// <param name="Status">The status.</param>
/// <param name="RetryAfter">How long it asks to wait; null when it does not say.</param>
/// <param name="Body">The beginning of its text. It may quote what was sent: codes may be read out of it, never texts.</param>
internal readonly record struct ChannelReply(HttpStatusCode Status, TimeSpan? RetryAfter, string Body)
{
    public bool IsSuccess => (int)Status is >= 200 and <= 299;

    /// <summary>Whether the same message may be accepted later: time-outs, limits and trouble of the server's own, as HTTP defines them.</summary>
    public bool IsTransient => Status is HttpStatusCode.RequestTimeout or (HttpStatusCode)425 or HttpStatusCode.TooManyRequests
        || ((int)Status is >= 500 and <= 599 && Status is not (HttpStatusCode.NotImplemented or HttpStatusCode.HttpVersionNotSupported));

    public bool IsRefusal => Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;
}
