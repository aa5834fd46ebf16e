using Varai.Monitoring.Delivery;

namespace Varai.Tests.Monitoring.Delivery;

public sealed class DeliverySignalTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Wake_AfterAWaitThatWasCancelled_EndsTheNextWait()
    {
        var signal = new DeliverySignal();
        using var cancellation = new CancellationTokenSource();
        Task cancelled = signal.WaitAsync(cancellation.Token);
        Assert.True(signal.IsParked);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.False(signal.IsParked);

        signal.Wake();
        Task next = signal.WaitAsync(Token);
        Assert.True(next.IsCompletedSuccessfully);
        Task last = signal.WaitAsync(Token);
        Assert.False(last.IsCompleted);
        signal.Wake();
        await last;
    }
}
