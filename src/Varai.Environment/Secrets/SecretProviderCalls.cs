using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;
using Varai.Diagnostics;

namespace Varai.Secrets;

/// <summary>All calls to one provider: with time-outs, repeated where that helps, held back by its circuit, measured, and every way they
/// can fail turned into one kind of error.</summary>
/// <remarks>The first attempt is made before any timer is set, so that a provider that answers without waiting costs next to nothing and the
/// call completes synchronously. Only when it has to be waited for or failed in a way that may pass does Polly take over.</remarks>
internal sealed class SecretProviderCalls
{
    private static readonly ResiliencePropertyKey<SecretCall> CallKey = new("varai.secret.call");

    private readonly ISecretProvider _provider;
    private readonly ISecretWriter? _writer;
    private readonly SecretOptions _options;
    private readonly SecretResilience _settings;
    private readonly SecretFailures _failures;
    private readonly SecretProviderHealth _health;
    private readonly SecretMetrics _metrics;
    private readonly SteadyTimeProvider _time;
    private readonly ResiliencePipeline _pipeline;
    private volatile string _lastReason = "";

    public SecretProviderCalls(
        ISecretProvider provider, SecretOptions options, SecretProviderHealth health, SecretMetrics metrics, SteadyTimeProvider time)
    {
        _provider = provider;
        _writer = WriterOf(provider);
        _options = options;
        _settings = SecretResilience.For(provider, options);
        _failures = new SecretFailures(options.KeepProviderExceptions);
        _health = health;
        _metrics = metrics;
        _time = time;
        Name = provider.Name;
        IsOptional = options.OptionalProviders.Contains(Name, StringComparer.OrdinalIgnoreCase);
        Circuit = new SecretCircuit(
            _settings, time, state => health.CircuitChanged(Name, state, $"it is left alone for a while, because its calls fail: {_lastReason}"));
        _pipeline = Build();
    }

    public string Name { get; }

    /// <summary>Whether reads go on to the next provider when this one fails.</summary>
    public bool IsOptional { get; }

    public bool CanWrite => _writer is not null;

    public bool CanList => _provider is ISecretLister;

    public bool CanReadMany => _provider is ISecretBatchReader;

    /// <summary>Whether it is one of this package, as opposed to one that the service has added.</summary>
    public bool IsEmbedded => SecretResilience.IsEmbedded(_provider);

    public SecretCircuit Circuit { get; }

    /// <summary>A provider's capability to write; null when it has none or is not meant to.</summary>
    public static ISecretWriter? WriterOf(ISecretProvider provider) => provider as ISecretWriter;

    /// <param name="request">What the provider is asked for.</param>
    /// <param name="name">The name that the caller has asked for.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public ValueTask<Secret?> ReadAsync(SecretRequest request, string name, CancellationToken cancellationToken) =>
        RunAsync(Begin("read", name, cancellationToken), token => _provider.GetAsync(request, token));

    /// <summary>As <see cref="ISecretBatchReader.GetManyAsync"/>; only where <see cref="CanReadMany"/>.</summary>
    public ValueTask<IReadOnlyList<Secret>> ReadManyAsync(IReadOnlyList<string> names, CancellationToken cancellationToken) =>
        RunAsync(
            Begin("read", $"{names[0]} and {names.Count - 1} more", cancellationToken) with { IsOfMany = true },
            token => ((ISecretBatchReader)_provider).GetManyAsync(names, token));

    /// <param name="providerName">What the provider knows the secret by.</param>
    /// <param name="value">The new value.</param>
    /// <param name="name">The name that the caller has asked for.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public ValueTask<string?> SetAsync(string providerName, SecretValue value, string name, CancellationToken cancellationToken) =>
        RunAsync(Begin("write", name, cancellationToken), token => LendAsync(providerName, value, token));

    /// <inheritdoc cref="SetAsync"/>
    public ValueTask<bool> DeleteAsync(string providerName, string name, CancellationToken cancellationToken) =>
        RunAsync(Begin("delete", name, cancellationToken), token => _writer!.DeleteAsync(providerName, token));

    /// <summary>As <see cref="ISecretLister.ListAsync"/>; only where <see cref="CanList"/>. Each step that has to be waited for is a
    /// call of its own; none is repeated.</summary>
    public async IAsyncEnumerable<SecretInfo> ListAsync(string? prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The provider keeps one token for all pages, while each call ends with a token of its own.
        var listing = new SecretCallToken();
        IAsyncEnumerator<SecretInfo>? infos = null;
        Task<bool>? step = null;
        try
        {
            while (await RunAsync(Begin("list", prefix ?? "*", cancellationToken) with { Retries = 0 }, StepAsync).ConfigureAwait(false))
                yield return infos!.Current;
        }
        finally
        {
            // One that was abandoned in the middle of a page may not be disposed before that page has come.
            listing.Cancel();
            if (infos is not null && step is null or { IsCompleted: true })
                await EndAsync(infos!).ConfigureAwait(false);
        }

        async ValueTask<bool> StepAsync(CancellationToken token)
        {
            using CancellationTokenRegistration link = listing.CancelWith(token);
            infos ??= ((ISecretLister)_provider).ListAsync(prefix, listing.Work).GetAsyncEnumerator(listing.Work);
            ValueTask<bool> next = infos.MoveNextAsync();
            if (next.IsCompletedSuccessfully)
                return await next.ConfigureAwait(false);
            step = next.AsTask();
            return await step.ConfigureAwait(false);
        }

        async ValueTask EndAsync(IAsyncEnumerator<SecretInfo> ending)
        {
            try
            {
                await ending.DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception e)
            {
                throw _failures.From(e, Name, "list", prefix ?? "*");
            }
        }
    }

    // A copy that lives as long as the provider's work: the caller disposes his when he has given up, which may be earlier.
    private async ValueTask<string?> LendAsync(string providerName, SecretValue value, CancellationToken cancellationToken)
    {
        using var lent = new SecretValue(value.RevealBytes().Span);
        return await _writer!.SetAsync(providerName, lent, cancellationToken).ConfigureAwait(false);
    }

    private ResiliencePipeline Build()
    {
        ResiliencePipelineBuilder builder = new ResiliencePipelineBuilder { TimeProvider = _time }
            .AddTimeout(new TimeoutStrategyOptions
            {
                TimeoutGenerator = static arguments => new ValueTask<TimeSpan>(arguments.Context.Properties.GetValue(CallKey, null!).Timeout),
            });
        if (_settings is { Enabled: true, MaxRetries: > 0 })
        {
            builder.AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = _settings.MaxRetries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = _settings.RetryDelay,
                MaxDelay = _settings.MaxRetryDelay,
                ShouldHandle = arguments => new ValueTask<bool>(
                    ShouldRetry(arguments.Context.Properties.GetValue(CallKey, null!), arguments.Outcome.Exception)),
                DelayGenerator = arguments => new ValueTask<TimeSpan?>(WishOf(arguments.Outcome.Exception)),
                OnRetry = arguments =>
                {
                    _metrics.Retried(Name, arguments.Context.Properties.GetValue(CallKey, null!).Operation);
                    return default;
                },
            });
        }

        return builder.Build();
    }

    private SecretCall Begin(string operation, string name, CancellationToken cancellationToken)
    {
        bool isWrite = operation is "write" or "delete";
        return new SecretCall(
            operation,
            name,
            isWrite ? _options.WriteTimeout : _options.ReadTimeout,
            _settings.Enabled && !isWrite ? _settings.AttemptTimeout : Timeout.InfiniteTimeSpan,
            _settings.Enabled ? _settings.MaxRetries : 0,
            _time.GetTimestamp(),
            cancellationToken);
    }

    private async ValueTask<T> RunAsync<T>(SecretCall call, Func<CancellationToken, ValueTask<T>> work)
    {
        call.Cancelled.ThrowIfCancellationRequested();
        var token = new SecretCallToken();
        ValueTask<Outcome<T>> first = AttemptAsync(call, work, token);
        Outcome<T> outcome;
        if (first.IsCompleted)
        {
            outcome = await first.ConfigureAwait(false);
            if (ShouldRetry(call, outcome.Exception))
                outcome = await ContinueAsync(call, work, token, new ValueTask<Outcome<T>>(outcome)).ConfigureAwait(false);
        }
        else
        {
            outcome = await ContinueAsync(call, work, token, first).ConfigureAwait(false);
        }

        if (outcome.Exception is { } thrown)
            ExceptionDispatchInfo.Throw(Fail(call, thrown));
        _health.Succeeded(Name, call.Name);
        return outcome.Result!;
    }

    private async ValueTask<Outcome<T>> ContinueAsync<T>(
        SecretCall call, Func<CancellationToken, ValueTask<T>> work, SecretCallToken firstToken, ValueTask<Outcome<T>> first)
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, call.Cancelled);
        context.Properties.Set(CallKey, call);
        bool isFirst = true;
        Outcome<T> outcome = await _pipeline.ExecuteOutcomeAsync(
            async (running, _) =>
            {
                SecretCallToken token = isFirst ? firstToken : new SecretCallToken();
                using CancellationTokenRegistration link = token.CancelWith(running.CancellationToken);
                ValueTask<Outcome<T>> attempt = isFirst ? first : AttemptAsync(call, work, token);
                isFirst = false;
                return await attempt.ConfigureAwait(false);
            },
            context,
            state: 0).ConfigureAwait(false);
        ResilienceContextPool.Shared.Return(context);
        // Cancelled before the pipeline took it over, which nobody has told the provider.
        if (isFirst)
            firstToken.Cancel();
        return outcome;
    }

    private ValueTask<Outcome<T>> AttemptAsync<T>(SecretCall call, Func<CancellationToken, ValueTask<T>> work, SecretCallToken token) =>
        Circuit.TryAsync(() => CallAsync(call, work, token));

    [SuppressMessage("Reliability", "CA2000", Justification = "The activity is disposed by the using.")]
    private async ValueTask<Outcome<T>> CallAsync<T>(SecretCall call, Func<CancellationToken, ValueTask<T>> work, SecretCallToken token)
    {
        call.Attempts++;
        long start = _time.GetTimestamp();
        using Activity? activity = VaraiDiagnostics.Activities.StartActivity($"secret.{call.Operation}", ActivityKind.Client);
        call.LastTimedOut = false;
        Outcome<T> outcome;
        try
        {
            ValueTask<T> working = work(token.Work);
            outcome = Outcome.FromResult(working.IsCompleted
                ? await working.ConfigureAwait(false)
                : await WaitAsync(working.AsTask(), call, token).ConfigureAwait(false));
        }
        catch (Exception e)
        {
            outcome = Outcome.FromException<T>(Translate(call, e));
        }

        if (outcome.Exception is SecretProviderException error)
        {
            call.LastError = error;
            _lastReason = SecretFailures.ReasonOf(error);
        }

        string result = OutcomeOf(call, outcome);
        activity?.SetTag("varai.secret.provider", Name).SetTag("varai.secret.name", call.Name);
        if (outcome.Exception is not null)
            activity?.SetTag("error.type", result).SetStatus(ActivityStatusCode.Error);
        _metrics.Called(Name, call.Operation, result, _time.GetElapsedTime(start));
        return outcome;
    }

    // The wait ends in time also when the provider ignores its token.
    private async Task<T> WaitAsync<T>(Task<T> working, SecretCall call, SecretCallToken token)
    {
        try
        {
            return await working.WaitAsync(call.AttemptTimeout, _time, token.Wait).ConfigureAwait(false);
        }
        catch (Exception) when (!working.IsFaulted)
        {
            if (working.IsCompletedSuccessfully)
                return await working.ConfigureAwait(false);
            bool isEnded = token.Wait.IsCancellationRequested;
            if (working.IsCanceled && !isEnded)
                throw;

            token.Cancel();
            SecretCallToken.Forget(working);
            call.Cancelled.ThrowIfCancellationRequested();
            call.LastTimedOut = true;
            throw TimedOut(call, isEnded ? call.Timeout : call.AttemptTimeout);
        }
    }

    private bool ShouldRetry(SecretCall call, Exception? thrown) =>
        call.Retries > 0
        && thrown is SecretProviderException error
        && (error.IsThrottled || (error.IsTransient && !call.IsWrite))
        && (error.RetryAfter ?? TimeSpan.Zero) < Left(call)
        && !call.Cancelled.IsCancellationRequested;

    private TimeSpan Left(SecretCall call) => call.Timeout - _time.GetElapsedTime(call.StartedAt);

    // Not before the backend's wish, and a little later, so that those who were told the same don't come back at once.
    private TimeSpan? WishOf(Exception? thrown) => thrown is SecretProviderException { RetryAfter: { } wish } && wish > TimeSpan.Zero
        ? wish + (_settings.RetryDelay * (RandomNumberGenerator.GetInt32(1000) / 1000.0))
        : null;

    private Exception Translate(SecretCall call, Exception thrown) => thrown switch
    {
        OperationCanceledException when call.Cancelled.IsCancellationRequested => new OperationCanceledException(call.Cancelled),
        // The caller's: the name or the value does not suit the provider.
        ArgumentException when call.Operation == "write" => thrown,
        _ => _failures.From(thrown, Name, call.Operation, call.Name),
    };

    private Exception Fail(SecretCall call, Exception thrown)
    {
        if (call.Cancelled.IsCancellationRequested && thrown is OperationCanceledException or TimeoutRejectedException)
            return new OperationCanceledException(call.Cancelled);
        if (thrown is ArgumentException)
            return thrown;
        if (thrown is BrokenCircuitException broken && call.LastError is null)
            return Rejected(call, broken.RetryAfter);

        TimeSpan left = Left(call);
        SecretProviderException error = thrown is SecretProviderException { IsTransient: false }
            ? (SecretProviderException)thrown
            : left <= TimeSpan.Zero ? RanOut(call) : thrown as SecretProviderException ?? call.LastError ?? RanOut(call);
        if (error.RetryAfter is { } wish && wish > left)
            Circuit.LeaveAlone(wish);
        _health.Failed(Name, call.Name, error.Message, error.IsTransient, isOfMany: call.IsOfMany);
        return error;
    }

    private SecretProviderException TimedOut(SecretCall call, TimeSpan limit) => new(
        Name,
        call.Operation,
        call.Name,
        $"it did not answer within {limit:c}" + (call.IsWrite
            ? $", so it is not known whether the secret was {(call.Operation == "write" ? "written" : "deleted")}. Read it before you try again."
            : "."))
    { IsTransient = true };

    private SecretProviderException RanOut(SecretCall call) => call is not { LastTimedOut: false, LastError: { } last }
        ? TimedOut(call, call.Timeout)
        : new SecretProviderException(
            Name,
            call.Operation,
            call.Name,
            $"it did not succeed within {call.Timeout:c}; the last of {call.Attempts} attempts: {SecretFailures.ReasonOf(last)}",
            last.InnerException)
        {
            IsTransient = true,
            IsThrottled = last.IsThrottled,
            RetryAfter = last.RetryAfter,
        };

    private SecretProviderException Rejected(SecretCall call, TimeSpan? rest)
    {
        // Half-open, the rest is how long the call that finds out may take; it may well take less.
        TimeSpan? wait = Circuit.State == CircuitState.HalfOpen ? null : rest;
        string why = wait is { } left
            ? $"because it is left alone for another {TimeSpan.FromSeconds(Math.Ceiling(left.TotalSeconds)):c} after its calls failed"
            : "because its calls failed, and one call finds out at present whether it answers again";
        return new SecretProviderException(Name, call.Operation, call.Name, $"it was not asked, {why}; the last: {_lastReason}")
        {
            IsTransient = true,
            RetryAfter = wait,
        };
    }

    private static string OutcomeOf<T>(SecretCall call, Outcome<T> outcome) => outcome.Exception switch
    {
        null => outcome.Result is null or false && call.Operation is "read" or "delete" ? "missing" : "done",
        OperationCanceledException => "cancelled",
        SecretProviderException { IsThrottled: true } => "throttled",
        _ => call.LastTimedOut ? "timeout" : "failed",
    };
}
