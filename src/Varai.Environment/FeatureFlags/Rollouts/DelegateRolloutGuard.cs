namespace Varai.FeatureFlags.Rollouts;

/// <summary>A guard that is a function.</summary>
internal sealed class DelegateRolloutGuard(
    string name, Func<RolloutGuardContext, CancellationToken, ValueTask<RolloutGuardResult>> check) : IRolloutGuard
{
    public string Name => name;

    public ValueTask<RolloutGuardResult> CheckAsync(RolloutGuardContext context, CancellationToken cancellationToken) =>
        check(context, cancellationToken);
}
