using System.Threading.Channels;

namespace Varai.Monitoring.Delivery;

/// <summary>Calls a channel: one attempt at a time, each with a time limit. A channel that does not end when it should is waited for before it is
/// called again, and keeps nobody else waiting.</summary>
internal sealed class ChannelAttempts(IAlertChannel channel, SteadyClock clock, TimeSpan limit, DeliverySignal signal)
{
    /// <summary>How long a channel that was cancelled because the service stops may take to say that it was quicker.</summary>
    private static readonly TimeSpan LastWord = TimeSpan.FromSeconds(2);

    private readonly Channel<bool> _gate = CreateGate();

    public bool TryEnter() => _gate.Reader.TryRead(out _);

    public async Task EnterAsync(CancellationToken cancellationToken) => await _gate.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);

    public void Leave()
    {
        _gate.Writer.TryWrite(true);
        signal.Wake();
    }

    /// <summary>Makes an attempt; the caller has entered, and has left when it is over.</summary>
    /// <param name="notification">What to send.</param>
    /// <param name="onLateSuccess">Called when the channel accepts it after its time was over.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was cancelled, and whether it was accepted is not known.</exception>
    public async Task<AttemptResult> SendAsync(AlertNotification notification, Action? onLateSuccess, CancellationToken cancellationToken)
    {
        var attempt = new Attempt(clock.Time, limit, cancellationToken);
        Task sending = Task.Run(() => channel.SendAsync(notification, attempt.Token), CancellationToken.None);
        Task ending = EndAsync(sending, attempt, onLateSuccess);
        try
        {
            await sending.WaitAsync(attempt.Token).ConfigureAwait(false);
            return AttemptResult.Sent;
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            await Task.WhenAny(ending, Task.Delay(LastWord, clock.Time, CancellationToken.None)).ConfigureAwait(false);
            if (sending.IsCompletedSuccessfully)
                return AttemptResult.Sent;
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception) when (attempt.IsOver)
        {
            return attempt.Decide(isSent: false)
                ? new AttemptResult($"It took longer than {limit}.", IsTransient: true)
                : AttemptResult.Sent;
        }
        catch (Exception e)
        {
            return AttemptResult.From(e);
        }
    }

    private static Channel<bool> CreateGate()
    {
        Channel<bool> gate = Channel.CreateBounded<bool>(1);
        gate.Writer.TryWrite(true);
        return gate;
    }

    private async Task EndAsync(Task sending, Attempt attempt, Action? onLateSuccess)
    {
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (sending.IsCompletedSuccessfully && !attempt.Decide(isSent: true))
            onLateSuccess?.Invoke();
        attempt.Dispose();
        Leave();
    }

    /// <summary>What is true of an attempt: whoever comes first says it.</summary>
    private sealed class Attempt : IDisposable
    {
        private const int Sent = 1;
        private const int Late = 2;

        private readonly CancellationTokenSource _limit;
        private readonly CancellationTokenSource _both;
        private int _decision;

        public Attempt(TimeProvider time, TimeSpan limit, CancellationToken cancellationToken)
        {
            _limit = new CancellationTokenSource(limit, time);
            _both = CancellationTokenSource.CreateLinkedTokenSource(_limit.Token, cancellationToken);
            Token = _both.Token;
        }

        public CancellationToken Token { get; }

        public bool IsOver => _limit.IsCancellationRequested;

        /// <returns>Whether that is the decision.</returns>
        public bool Decide(bool isSent)
        {
            int decision = isSent ? Sent : Late;
            int before = Interlocked.CompareExchange(ref _decision, decision, 0);
            return before == 0 || before == decision;
        }

        public void Dispose()
        {
            _both.Dispose();
            _limit.Dispose();
        }
    }
}
