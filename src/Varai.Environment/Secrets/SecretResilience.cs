namespace Varai.Secrets;

/// <summary>The settings of <see cref="SecretResilienceOptions"/> that hold for one provider.</summary>
internal sealed record SecretResilience(
    bool Enabled,
    int MaxRetries,
    TimeSpan RetryDelay,
    TimeSpan MaxRetryDelay,
    TimeSpan AttemptTimeout,
    double FailureRatio,
    int MinimumThroughput,
    TimeSpan SamplingDuration,
    TimeSpan BreakDuration)
{
    public static SecretResilience For(ISecretProvider provider, SecretOptions options)
    {
        SecretResilienceOptions all = options.Resilience;
        SecretResilienceOptions own = options.ProviderResilience.TryGetValue(provider.Name, out SecretResilienceOptions? found) ? found : all;
        bool isEnabled = all.Enabled != false && !IsEmbedded(provider);
        return new SecretResilience(
            ReferenceEquals(own, all) ? isEnabled : own.Enabled ?? isEnabled,
            own.MaxRetries ?? all.MaxRetries ?? 3,
            own.RetryDelay ?? all.RetryDelay ?? TimeSpan.FromMilliseconds(200),
            own.MaxRetryDelay ?? all.MaxRetryDelay ?? TimeSpan.FromSeconds(10),
            own.AttemptTimeout ?? all.AttemptTimeout ?? TimeSpan.FromSeconds(10),
            own.FailureRatio ?? all.FailureRatio ?? 0.5,
            own.MinimumThroughput ?? all.MinimumThroughput ?? 10,
            own.SamplingDuration ?? all.SamplingDuration ?? TimeSpan.FromSeconds(30),
            own.BreakDuration ?? all.BreakDuration ?? TimeSpan.FromSeconds(15));
    }

    /// <summary>Whether a provider is one of this package: in process, with no backend that could be spared.</summary>
    public static bool IsEmbedded(ISecretProvider provider) => provider.GetType().Assembly == typeof(SecretResilience).Assembly;
}
