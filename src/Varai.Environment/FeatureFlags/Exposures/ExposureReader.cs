using System.Threading.Channels;

namespace Varai.FeatureFlags.Exposures;

/// <summary>One reader of the stream: what waits for it, what it was told and what it lost.</summary>
internal sealed class ExposureReader
{
    private readonly Channel<FlagExposure> _waiting;
    private long _lost;

    public ExposureReader(FeatureFlagOptions options, TimeProvider time, Action onLost)
    {
        Memory = new ExposureMemory(options.ExposureDeduplicationWindow, time);
        var channel = new BoundedChannelOptions(options.ExposureBufferSize) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true };
        _waiting = Channel.CreateBounded<FlagExposure>(channel, _ =>
        {
            Interlocked.Increment(ref _lost);
            onLost();
        });
    }

    public ExposureMemory Memory { get; }

    /// <summary>Gives it an exposure; never waits.</summary>
    public void Offer(FlagExposure exposure) => _waiting.Writer.TryWrite(exposure);

    /// <summary>Ends the reading when everything that waits was read.</summary>
    public void Complete() => _waiting.Writer.TryComplete();

    public IAsyncEnumerable<FlagExposure> ReadAllAsync(CancellationToken cancellationToken) => _waiting.Reader.ReadAllAsync(cancellationToken);

    /// <summary>What was lost since it was last asked. The oldest are lost, so all of it came before what is read next.</summary>
    public long TakeLost() => Interlocked.Exchange(ref _lost, 0);
}
