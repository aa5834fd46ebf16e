using Varai.FeatureFlags;

namespace FeatureFlagsSample;

/// <summary>Lets the rollout go on while the new engine's requests succeed.</summary>
internal sealed class ErrorGuard(Shop shop) : IRolloutGuard
{
    public string Name => "errors";

    public ValueTask<RolloutGuardResult> CheckAsync(RolloutGuardContext context, CancellationToken cancellationToken) => new(shop.TakeErrorRate() switch
    {
        null when context.Step == 0 => RolloutGuardResult.Pass, // nobody has the new engine yet
        null => RolloutGuardResult.Unknown("too few requests to tell"),
        > 0.02 and var rate => RolloutGuardResult.Fail($"{rate:P1} of the new engine's requests fail"),
        _ => RolloutGuardResult.Pass,
    });
}
