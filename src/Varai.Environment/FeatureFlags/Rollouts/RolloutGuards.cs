using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Varai.FeatureFlags.Rollouts;

/// <summary>Finds guards and asks them, for no longer than they may take.</summary>
internal sealed class RolloutGuards
{
    private readonly Dictionary<string, IRolloutGuard> _guards = new(StringComparer.OrdinalIgnoreCase);
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly GuardedLogger _logger;

    public RolloutGuards(IEnumerable<IRolloutGuard> guards, IOptions<RolloutOptions> options, TimeProvider time, ILogger<RolloutGuards> logger)
    {
        _timeout = options.Value.GuardTimeout;
        _time = time;
        _logger = new GuardedLogger(logger);
        foreach (IRolloutGuard guard in guards)
        {
            if (string.IsNullOrWhiteSpace(guard.Name))
                throw new InvalidOperationException($"The rollout guard {guard.GetType()} has no name.");
            if (!_guards.TryAdd(guard.Name, guard))
                throw new InvalidOperationException($"There are two rollout guards with the name '{guard.Name}'; which of the two is meant?");
        }
    }

    public IEnumerable<string> Names => _guards.Keys.Order(StringComparer.OrdinalIgnoreCase);

    public bool IsRegistered(string name) => _guards.ContainsKey(name);

    public async Task<RolloutAnswer> AskAsync(string name, RolloutGuardContext context, CancellationToken cancellationToken)
    {
        // Not an error: while a new version is rolled out, an old node may be the one that acts.
        if (!_guards.TryGetValue(name, out IRolloutGuard? guard))
            return new RolloutAnswer(RolloutGuardVerdict.Unknown, $"the node that acts has no guard '{name}'");

        using var timeout = new CancellationTokenSource(_timeout, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            // In the pool, and not waited for any longer: a guard may block, and may ignore its token.
            RolloutGuardResult? result = await Task
                .Run(() => guard.CheckAsync(context, linked.Token).AsTask(), linked.Token)
                .WaitAsync(linked.Token).ConfigureAwait(false);
            return result is null
                ? new RolloutAnswer(RolloutGuardVerdict.Error, "it returned nothing")
                : new RolloutAnswer(result.Verdict, result.Reason);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            string reason = string.Create(CultureInfo.InvariantCulture, $"it took longer than {_timeout}");
            _logger.RolloutGuardFailed(name, context.Flag, context.RolloutId, reason, exception: null);
            return new RolloutAnswer(RolloutGuardVerdict.Error, reason);
        }
        catch (Exception e)
        {
            // Without the message, which may hold anything; the log has it.
            string reason = $"it threw {e.GetType().Name}";
            _logger.RolloutGuardFailed(name, context.Flag, context.RolloutId, reason, e);
            return new RolloutAnswer(RolloutGuardVerdict.Error, reason);
        }
    }
}
