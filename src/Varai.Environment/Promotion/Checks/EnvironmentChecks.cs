using Microsoft.Extensions.Options;

namespace Varai.Promotion.Checks;

/// <summary>Runs the checks of an environment.</summary>
internal sealed class EnvironmentChecks(IEnumerable<IEnvironmentCheck> checks, IOptions<PromotionOptions> options, TimeProvider time)
{
    private readonly IEnvironmentCheck[] _checks = [.. checks];

    public IEnumerable<IEnvironmentCheck> Of(string environment) => _checks.Where(c => c.AppliesTo(environment));

    /// <summary>Tries a check until it succeeds or has been tried often enough.</summary>
    /// <param name="check">The check.</param>
    /// <param name="context">What it looks at.</param>
    /// <param name="beforeAttempt">Renews what the caller holds.</param>
    /// <param name="cancellationToken">Cancels all of it.</param>
    public async Task<EnvironmentCheckResult> RunAsync(
        IEnvironmentCheck check, EnvironmentCheckContext context, Func<CancellationToken, Task> beforeAttempt, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            await beforeAttempt(cancellationToken).ConfigureAwait(false);
            EnvironmentCheckResult result = await TryAsync(check, context, cancellationToken).ConfigureAwait(false) with
            {
                Check = check.Name,
                Attempts = attempt,
            };
            if (result.IsHealthy || attempt >= options.Value.CheckAttempts)
                return result;
            await Task.Delay(options.Value.CheckInterval, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<EnvironmentCheckResult> TryAsync(IEnvironmentCheck check, EnvironmentCheckContext context, CancellationToken cancellationToken)
    {
        TimeSpan timeout = options.Value.CheckTimeout;
        using var late = new CancellationTokenSource(timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            // The wait ends also when the check ignores its token.
            return await check.CheckAsync(context, linked.Token).AsTask().WaitAsync(linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            return EnvironmentCheckResult.Unhealthy($"no answer within {timeout}");
        }
        catch (Exception e)
        {
            // The type only: the message of somebody else's exception may quote a value.
            return EnvironmentCheckResult.Unhealthy($"failed with {e.GetType().Name}");
        }
    }
}
