using Varai.State;
using Varai.Tests.Promotion;

namespace Varai.PostgreSql.Tests.Promotion;

/// <summary>Holds up the commit, under a lease, of a document whose key has this end, as a process would that is stopped in this moment.</summary>
internal sealed class PausingStateStore(IStateStore inner, string keyEnd) : SharedStateStore(inner)
{
    private readonly TaskCompletionSource _paused = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _goesOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Paused => _paused.Task;

    public void GoOn() => _goesOn.TrySetResult();

    public override async Task<StateCommit> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken)
    {
        if (transaction.RequiredLeases.Count > 0 && transaction.Operations.Any(o => o.Name.EndsWith(keyEnd, StringComparison.Ordinal)))
        {
            _paused.TrySetResult();
            await _goesOn.Task.WaitAsync(cancellationToken);
        }

        return await base.CommitAsync(transaction, cancellationToken);
    }
}
