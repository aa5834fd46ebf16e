using Polly;
using Polly.CircuitBreaker;

namespace Varai.Secrets;

/// <summary>Keeps calls away from a provider whose calls fail, and from one that has asked to be left alone.</summary>
internal sealed class SecretCircuit
{
    // A backend that asks for more is asked again before.
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(5);

    private readonly ResiliencePipeline _breaker = ResiliencePipeline.Empty;
    private readonly CircuitBreakerStateProvider _state = new();
    private readonly TimeProvider _time;
    private readonly Action<CircuitState> _changed;
    private readonly Lock _gate = new();
    private CircuitState _reported;
    private long _restUntil;

    /// <param name="settings">When it opens.</param>
    /// <param name="time">A clock that does not jump.</param>
    /// <param name="changed">Told of each change of the state, never while a lock is held.</param>
    public SecretCircuit(SecretResilience settings, SteadyTimeProvider time, Action<CircuitState> changed)
    {
        _time = time;
        _changed = changed;
        _restUntil = time.GetTimestamp();
        IsEnabled = settings.Enabled;
        if (!settings.Enabled)
            return;

        _breaker = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = settings.FailureRatio,
                MinimumThroughput = settings.MinimumThroughput,
                SamplingDuration = settings.SamplingDuration,
                BreakDuration = settings.BreakDuration,
                StateProvider = _state,
                ShouldHandle = arguments => new ValueTask<bool>(IsOutage(arguments.Outcome.Exception)),
            })
            .Build();
    }

    public bool IsEnabled { get; }

    /// <summary>Open also while the provider has asked to be left alone.</summary>
    public CircuitState State => !IsEnabled ? CircuitState.Closed : Rest > TimeSpan.Zero ? CircuitState.Open : _state.CircuitState;

    private TimeSpan Rest => _time.GetElapsedTime(_time.GetTimestamp(), Volatile.Read(ref _restUntil));

    /// <summary>Makes an attempt, unless the circuit is open.</summary>
    /// <returns>The attempt's outcome, or a <see cref="BrokenCircuitException"/>.</returns>
    public async ValueTask<Outcome<T>> TryAsync<T>(Func<ValueTask<Outcome<T>>> attempt)
    {
        if (!IsEnabled)
            return await attempt().ConfigureAwait(false);
        if (Rest is var rest && rest > TimeSpan.Zero)
            return Outcome.FromException<T>(new BrokenCircuitException("left alone", rest));

        ResilienceContext context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, CancellationToken.None);
        Outcome<T> outcome = await _breaker.ExecuteOutcomeAsync(static (_, attempt) => attempt(), context, attempt).ConfigureAwait(false);
        ResilienceContextPool.Shared.Return(context);
        Report();
        return outcome;
    }

    /// <summary>Lets no call through for as long as the backend has asked for.</summary>
    public void LeaveAlone(TimeSpan wish)
    {
        if (!IsEnabled)
            return;
        TimeSpan rest = wish < LongestRest ? wish : LongestRest;
        lock (_gate)
            Volatile.Write(ref _restUntil, Math.Max(_restUntil, _time.GetTimestamp() + (long)(rest.TotalSeconds * _time.TimestampFrequency)));
        Report();
    }

    // The one call that a half-open circuit lets through must not close it by being cancelled.
    private bool IsOutage(Exception? thrown) => thrown switch
    {
        SecretProviderException error => error.IsTransient || error.IsThrottled,
        OperationCanceledException => _state.CircuitState == CircuitState.HalfOpen,
        _ => false,
    };

    private void Report()
    {
        CircuitState now;
        lock (_gate)
        {
            now = State;
            if (now == _reported)
                return;
            _reported = now;
        }

        _changed(now);
    }
}
