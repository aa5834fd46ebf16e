using Microsoft.Extensions.Options;

namespace Varai.Promotion.Gates;

/// <summary>Asks all gates.</summary>
internal sealed class PromotionGates(IEnumerable<IPromotionGate> gates, IOptions<PromotionOptions> options, TimeProvider time)
{
    private readonly IPromotionGate[] _gates = [.. gates];

    public IEnumerable<string> Names => _gates.Select(g => g.Name);

    /// <summary>What each says of a plan; its overrides are taken into account.</summary>
    public async Task<IReadOnlyList<PromotionGateResult>> AskAsync(PromotionPlan plan, CancellationToken cancellationToken)
    {
        var context = new PromotionGateContext(plan, time.GetUtcNow());
        var results = new List<PromotionGateResult>(_gates.Length);
        foreach (IPromotionGate gate in _gates)
        {
            PromotionGateResult result = await AskAsync(gate, context, cancellationToken).ConfigureAwait(false) with { Gate = gate.Name };
            if (!result.IsPassed && result.CanBeOverridden && plan.Overrides.FirstOrDefault(o => IsNamed(gate, o.Gate)) is { } passed)
                result = result with { State = PromotionGateState.Overridden, Reason = $"{result.Reason}; overridden by {plan.Author}: {passed.Reason}" };
            results.Add(result);
        }

        return results;
    }

    private static bool IsNamed(IPromotionGate gate, string name) => gate.Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    private async Task<PromotionGateResult> AskAsync(IPromotionGate gate, PromotionGateContext context, CancellationToken cancellationToken)
    {
        TimeSpan timeout = options.Value.CheckTimeout;
        using var late = new CancellationTokenSource(timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await gate.CheckAsync(context, linked.Token).AsTask().WaitAsync(linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            return PromotionGateResult.Closed($"it did not answer within {timeout}");
        }
        catch (VaraiException e)
        {
            return PromotionGateResult.Closed(e.Message);
        }
        catch (Exception e)
        {
            // The type only: the message of somebody else's exception may quote a value.
            return PromotionGateResult.Closed($"it failed with {e.GetType().Name}");
        }
    }
}
