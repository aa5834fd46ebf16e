namespace Varai.Promotion;

/// <summary>The answer of a check.</summary>
/// <param name="IsHealthy">Whether the environment does well.</param>
/// <param name="Reason">What was found, for people; no secrets.</param>
public sealed record EnvironmentCheckResult(bool IsHealthy, string Reason)
{
    /// <summary>The check's name; set by the engine.</summary>
    public string Check { get; init; } = "";

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>The environment does well.</summary>
    /// <param name="reason">What was found.</param>
    public static EnvironmentCheckResult Healthy(string reason) => new(IsHealthy: true, reason);

    /// <summary>The environment does not do well.</summary>
    /// <param name="reason">What was found.</param>
    public static EnvironmentCheckResult Unhealthy(string reason) => new(IsHealthy: false, reason);
}
