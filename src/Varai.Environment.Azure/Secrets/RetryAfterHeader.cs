using System.Globalization;
using Azure.Core;

namespace Varai.AzureCloud.Secrets;

/// <summary>How long a server asks to be left alone.</summary>
internal static class RetryAfterHeader
{
    public static TimeSpan? Read(ResponseHeaders headers, TimeProvider time)
    {
        foreach (string name in (ReadOnlySpan<string>)["retry-after-ms", "x-ms-retry-after-ms"])
        {
            if (headers.TryGetValue(name, out string? text) && TryRead(text, out uint milliseconds))
                return TimeSpan.FromMilliseconds(milliseconds);
        }

        if (!headers.TryGetValue("Retry-After", out string? value))
            return null;
        if (TryRead(value, out uint seconds))
            return TimeSpan.FromSeconds(seconds);
        if (!DateTimeOffset.TryParseExact(value, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset date))
            return null;
        TimeSpan wait = date - time.GetUtcNow();
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    private static bool TryRead(string? text, out uint number) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
