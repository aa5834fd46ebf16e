using Microsoft.Extensions.Logging;
using Polly.CircuitBreaker;

namespace Varai.Secrets;

/// <summary>Which providers fail at present, and which of their names; logs when that begins and when it ends.</summary>
/// <remarks>
/// A provider fails while its circuit is not closed, or when failures have begun since it last succeeded: one that may pass (it was
/// repeated before it came here), any for two names, or any before the first success. A name that failed before that success tells
/// of the name only, so that one forbidden secret among others that work does not turn the provider's state to and fro.
/// </remarks>
internal sealed class SecretProviderHealth(TimeProvider time, ILogger logger)
{
    // Names come from callers; those that fail beyond this number are counted for the provider only.
    private const int MostNames = 1_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, ProviderState> _states = new(StringComparer.Ordinal);

    /// <summary>The providers that fail.</summary>
    public IReadOnlyCollection<SecretProviderFailure> Failing
    {
        get
        {
            lock (_gate)
                return [.. _states.Values.Select(state => state.Failure).OfType<SecretProviderFailure>()];
        }
    }

    /// <summary>The names that fail, also at providers that don't.</summary>
    public IReadOnlyCollection<SecretNameFailure> FailingNames
    {
        get
        {
            lock (_gate)
                return [.. _states.Values.SelectMany(state => state.Names.Values).Select(name => name.Failure)];
        }
    }

    public void Succeeded(string provider, string name)
    {
        NameState? recovered;
        long failures;
        lock (_gate)
        {
            ProviderState state = Get(provider);
            state.Succeeded(name);
            state.Names.Remove(name, out recovered);
            failures = state.TryEndFailure();
        }

        if (failures > 0)
            logger.SecretProviderRecovered(provider, failures);
        else if (recovered is { IsLogged: true })
            logger.SecretNameRecovered(provider, name, recovered.Failure.Count);
    }

    /// <param name="provider">The provider.</param>
    /// <param name="name">What it was asked for.</param>
    /// <param name="message">What went wrong.</param>
    /// <param name="isTransient">Whether it may pass.</param>
    /// <param name="isOfMany">Whether the name stands for several: it is logged, and not kept until it succeeds, which it may never do.</param>
    public void Failed(string provider, string name, string message, bool isTransient, bool isOfMany = false)
    {
        bool providerBegins, nameBegins;
        lock (_gate)
        {
            ProviderState state = Get(provider);
            nameBegins = !state.Names.TryGetValue(name, out NameState? known);
            if (nameBegins || (isTransient && !known!.IsTransient))
                state.Began(name, isTransient);
            if (!nameBegins)
                known!.Failure = known.Failure with { Reason = message, Count = known.Failure.Count + 1 };
            else if (!isOfMany && state.Names.Count < MostNames)
                state.Names.Add(name, known = new NameState(new SecretNameFailure(provider, name, message, time.GetUtcNow(), 1)));

            providerBegins = state.BeginOrCount(provider, message, time.GetUtcNow());
            nameBegins &= state.Failure is null;
            known?.IsTransient |= isTransient;
            known?.IsLogged |= nameBegins;
        }

        if (providerBegins)
            logger.SecretProviderFailing(provider, message);
        else if (nameBegins)
            logger.SecretNameFailing(name, message);
    }

    /// <param name="provider">The provider.</param>
    /// <param name="circuit">The state of its circuit from now on.</param>
    /// <param name="reason">Why it is so.</param>
    public void CircuitChanged(string provider, CircuitState circuit, string reason)
    {
        long failures = 0;
        lock (_gate)
        {
            ProviderState state = Get(provider);
            state.Circuit = circuit;
            if (circuit == CircuitState.Closed)
                failures = state.TryEndFailure();
            else
                state.Failure ??= new SecretProviderFailure(provider, reason, time.GetUtcNow(), 1);
        }

        if (circuit == CircuitState.Open)
            logger.SecretCircuitOpened(provider, reason);
        else if (circuit == CircuitState.Closed)
            logger.SecretCircuitClosed(provider);
        if (failures > 0)
            logger.SecretProviderRecovered(provider, failures);
    }

    private ProviderState Get(string provider)
    {
        if (!_states.TryGetValue(provider, out ProviderState? state))
            _states.Add(provider, state = new ProviderState());
        return state;
    }

    // Guarded by the lock, as is all that is in it.
    private sealed class ProviderState
    {
        private string? _lastSuccess;
        private bool _isSure;
        private int _begunSinceSuccess;

        public Dictionary<string, NameState> Names { get; } = new(StringComparer.Ordinal);

        public SecretProviderFailure? Failure { get; set; }

        public CircuitState Circuit { get; set; }

        private bool IsFailing =>
            Circuit != CircuitState.Closed || _isSure || _begunSinceSuccess > 1;

        public void Succeeded(string name)
        {
            _lastSuccess = name;
            _isSure = false;
            _begunSinceSuccess = 0;
        }

        public void Began(string name, bool isTransient)
        {
            _isSure |= isTransient || _lastSuccess is null || _lastSuccess == name;
            _begunSinceSuccess++;
        }

        /// <returns>Whether it begins.</returns>
        public bool BeginOrCount(string provider, string reason, DateTimeOffset now)
        {
            if (Failure is { } failure)
            {
                Failure = failure with { Reason = reason, Count = failure.Count + 1 };
                return false;
            }

            Failure = IsFailing ? new SecretProviderFailure(provider, reason, now, 1) : null;
            return Failure is not null;
        }

        /// <returns>How many calls had failed, 0 when it goes on or there was none.</returns>
        public long TryEndFailure()
        {
            if (Failure is not { } failure || IsFailing)
                return 0;
            Failure = null;
            return failure.Count;
        }
    }

    private sealed class NameState(SecretNameFailure failure)
    {
        public SecretNameFailure Failure { get; set; } = failure;

        /// <summary>Whether a failure of it may pass by itself.</summary>
        public bool IsTransient { get; set; }

        public bool IsLogged { get; set; }
    }
}
