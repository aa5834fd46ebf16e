using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;

namespace Quickstart;

/// <summary>The component <c>api_config</c>.</summary>
internal sealed class ApiConfig
{
    [ConfigurationKeyName("base_url")]
    public required Uri BaseUrl { get; init; }

    public TimeSpan Timeout { get; init; }

    [ConfigurationKeyName("rate_limit")]
    public required RateLimit RateLimit { get; init; }

    public required Retry Retry { get; init; }
}

internal sealed class RateLimit
{
    [Range(1, 1_000_000)]
    public int Requests { get; init; }

    public TimeSpan Per { get; init; }

    public int Burst { get; init; }
}

internal sealed class Retry
{
    [Range(0, 10)]
    public int Attempts { get; init; }

    public TimeSpan Delay { get; init; }

    public string Backoff { get; init; } = "constant";
}
