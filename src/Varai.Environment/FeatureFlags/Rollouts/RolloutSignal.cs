using System.Threading.Channels;

namespace Varai.FeatureFlags.Rollouts;

/// <summary>Wakes the runner: because something was asked for, or because it is time to check.</summary>
internal sealed class RolloutSignal
{
    private readonly Channel<bool> _channel = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private int _isTick;

    public void Wake() => _channel.Writer.TryWrite(true);

    public void Tick()
    {
        Volatile.Write(ref _isTick, 1);
        Wake();
    }

    /// <returns>Whether it is time to check.</returns>
    public async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        await _channel.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return Interlocked.Exchange(ref _isTick, 0) != 0;
    }
}
