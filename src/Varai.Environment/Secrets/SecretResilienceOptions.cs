namespace Varai.Secrets;

/// <summary>When a call to a secret provider is repeated, and when a provider that fails is left alone for a while.</summary>
/// <remarks>Bound from <c>Varai:Secrets:Resilience</c> for all providers, and from <c>Varai:Secrets:ProviderResilience:NAME</c> for
/// one. What is left out (<see langword="null"/>) for one provider is taken from those for all, and there it is the default.</remarks>
public sealed class SecretResilienceOptions
{
    /// <summary>Whether calls are repeated and the circuit may open. Without it each call is one attempt that may last as long as
    /// <see cref="SecretOptions.ReadTimeout"/> or <see cref="SecretOptions.WriteTimeout"/>.</summary>
    /// <value>Default: <see langword="true"/>, except for the providers of this package (environment variables, files), for which
    /// it is <see langword="true"/> only when it is set for the provider itself.</value>
    public bool? Enabled { get; set; }

    /// <summary>How often a read is repeated after a failure that may pass (<see cref="VaraiException.IsTransient"/>). A write is repeated
    /// only after a refusal (<see cref="SecretProviderException.IsThrottled"/>), because after any other failure it is not known
    /// whether it happened.</summary>
    /// <value>0 (never) to 10. Default: 3.</value>
    public int? MaxRetries { get; set; }

    /// <summary>How long to wait before the first repetition; it doubles with each one and is varied at random, so that many services
    /// don't come back at once. A backend that says how long to wait is waited for that long.</summary>
    /// <value>0 to 1 minute. Default: 200 milliseconds.</value>
    public TimeSpan? RetryDelay { get; set; }

    /// <summary>The longest wait between two attempts that is not the backend's own wish.</summary>
    /// <value>0 to 10 minutes. Default: 10 seconds.</value>
    public TimeSpan? MaxRetryDelay { get; set; }

    /// <summary>How long one attempt of a read may take; all of them together may take <see cref="SecretOptions.ReadTimeout"/>.</summary>
    /// <value>10 milliseconds to 10 minutes. Default: 10 seconds.</value>
    public TimeSpan? AttemptTimeout { get; set; }

    /// <summary>The share of failed attempts from which on the provider's circuit opens: its calls fail at once then. Failures that may pass and
    /// throttling count; a secret that is missing or not permitted is an answer.</summary>
    /// <value>0.01 to 1. Default: 0.5.</value>
    public double? FailureRatio { get; set; }

    /// <summary>The attempts within <see cref="SamplingDuration"/> below which the circuit stays closed.</summary>
    /// <value>2 to 10,000. Default: 10.</value>
    public int? MinimumThroughput { get; set; }

    /// <summary>The time over which attempts are counted.</summary>
    /// <value>1 second to 1 hour. Default: 30 seconds.</value>
    public TimeSpan? SamplingDuration { get; set; }

    /// <summary>How long the circuit stays open before one call is let through to see; if that succeeds it closes.</summary>
    /// <value>500 milliseconds to 1 hour. Default: 15 seconds.</value>
    public TimeSpan? BreakDuration { get; set; }
}
