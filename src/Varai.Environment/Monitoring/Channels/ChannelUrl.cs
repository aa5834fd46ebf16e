using System.Net;

namespace Varai.Monitoring.Channels;

/// <summary>Addresses that channels send to.</summary>
internal static class ChannelUrl
{
    public static Uri? TryParse(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https" && url.Host.Length > 0 ? url : null;

    /// <summary>What is wrong with an address that secrets travel to; it is never part of the answer.</summary>
    /// <returns>The end of a sentence; null when nothing is.</returns>
    public static string? FindProblem(string text, bool mayBePlain) => TryParse(text) switch
    {
        null => "must be an absolute address of http or https",
        { Scheme: "http" } url when !mayBePlain && !IsLoopback(url) => "must be an address of https",
        _ => null,
    };

    private static bool IsLoopback(Uri url) => url.IsLoopback || (IPAddress.TryParse(url.Host, out IPAddress? address) && IPAddress.IsLoopback(address));
}
