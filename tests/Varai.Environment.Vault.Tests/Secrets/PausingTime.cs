using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace Varai.Vault.Tests.Secrets;

/// <summary>A clock that lets a test pass the pauses between two attempts, which are of a second or less, one by one.</summary>
internal sealed class PausingTime : FakeTimeProvider
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private readonly Channel<TimeSpan> _pauses = Channel.CreateUnbounded<TimeSpan>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero && dueTime <= Longest)
            _pauses.Writer.TryWrite(dueTime);
        return timer;
    }

    /// <summary>Waits for the next pause, and is past it.</summary>
    public async Task PassPauseAsync()
    {
        await _pauses.Reader.ReadAsync(TestContext.Current.CancellationToken);
        Advance(Longest);
    }
}
