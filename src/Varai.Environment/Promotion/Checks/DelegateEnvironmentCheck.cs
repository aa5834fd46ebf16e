namespace Varai.Promotion.Checks;

/// <summary>A check that is a function.</summary>
internal sealed class DelegateEnvironmentCheck(
    string name, string? stage, Func<EnvironmentCheckContext, CancellationToken, ValueTask<EnvironmentCheckResult>> check) : IEnvironmentCheck
{
    public string Name => name;

    public bool AppliesTo(string environment) => stage is null || stage.Equals(environment, StringComparison.OrdinalIgnoreCase);

    public ValueTask<EnvironmentCheckResult> CheckAsync(EnvironmentCheckContext context, CancellationToken cancellationToken) => check(context, cancellationToken);
}
