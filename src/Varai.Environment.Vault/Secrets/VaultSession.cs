using Microsoft.Extensions.Logging;
using Varai.Vault.Secrets.Auth;

namespace Varai.Vault.Secrets;

/// <summary>Keeps one token valid: logs in when there is none, renews it at two thirds of its time, logs in anew before it ends for
/// good, and when Vault has forgotten it.</summary>
internal sealed class VaultSession : IDisposable
{
    // A refusal this soon after the token was found valid is a missing permission, and a refused login is not tried again sooner.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly IVaultAuth _auth;
    private readonly VaultLogin _login;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly string _instance;
    private readonly ITimer _timer;

    private VaultSessionState? _state;
    private Task<VaultSessionState>? _loggingIn;
    private Task<bool>? _checking;
    private (VaultSessionState State, long At)? _found;
    private (VaultException Refusal, long At)? _refused;

    public VaultSession(IVaultAuth auth, VaultLogin login, TimeProvider time, ILogger logger, string instance)
    {
        (_auth, _login, _time, _logger, _instance) = (auth, login, time, logger, instance);
        _timer = time.CreateTimer(static session => _ = ((VaultSession)session!).MaintainAsync(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Called after another token has taken the place of one; what was made with that one ends with it.</summary>
    public Action? TokenReplaced { get; set; }

    /// <summary>The token in use, or <see langword="null"/> before the first login.</summary>
    public VaultSessionState? Current => Volatile.Read(ref _state);

    /// <exception cref="VaultException">The login failed.</exception>
    public ValueTask<VaultSessionState> GetAsync(CancellationToken cancellationToken) =>
        Volatile.Read(ref _state) is { } state && state.Remaining(_time) > TimeSpan.Zero
            ? new(state)
            : new(LogInAsync(instead: null, cancellationToken));

    /// <summary>After a refusal: finds out whether it was for the token's sake, and gets another one then.</summary>
    /// <returns>Whether there is another token, so that the request is worth repeating.</returns>
    /// <exception cref="VaultException">The login failed.</exception>
    public async Task<bool> ReplaceAsync(VaultSessionState refused, CancellationToken cancellationToken)
    {
        Task<bool> checking;
        lock (_gate)
        {
            if (_state is { } state && state.Token != refused.Token)
                return true;
            if (_found is { } found && found.State.Token == refused.Token && _time.GetElapsedTime(found.At) < Pause)
                return false;
            checking = _checking ??= ObservedAsync(Task.Run(() => CheckAsync(refused)));
        }

        return await checking.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _timer.Dispose();
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private async Task<bool> CheckAsync(VaultSessionState refused)
    {
        try
        {
            using var token = new Varai.Secrets.SecretValue(refused.Token);
            if (await _login.LookUpAsync(token, _stopping.Token).ConfigureAwait(false) is not null)
            {
                Remember(refused);
                return false;
            }

            _logger.TokenRefused(_instance);
            VaultSessionState state = await LogInAsync(instead: refused, _stopping.Token).ConfigureAwait(false);
            Remember(state);
            return state.Token != refused.Token;
        }
        finally
        {
            lock (_gate)
                _checking = null;
        }

        void Remember(VaultSessionState state)
        {
            lock (_gate)
                _found = (state, _time.GetTimestamp());
        }
    }

    private async Task<VaultSessionState> LogInAsync(VaultSessionState? instead, CancellationToken cancellationToken)
    {
        Task<VaultSessionState> loggingIn;
        lock (_gate)
        {
            if (_state is { } state && state != instead && state.Remaining(_time) > TimeSpan.Zero)
                return state;
            if (_refused is { } refused && _time.GetElapsedTime(refused.At) < Pause)
                throw new VaultException(refused.Refusal.Error, refused.Refusal.Message) { StatusCode = refused.Refusal.StatusCode };
            loggingIn = _loggingIn ??= ObservedAsync(Task.Run(LogInNowAsync));
        }

        return await loggingIn.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<VaultSessionState> LogInNowAsync()
    {
        VaultSessionState? before = Volatile.Read(ref _state);
        try
        {
            VaultToken token = await _auth.LogInAsync(_login, _stopping.Token).ConfigureAwait(false);
            VaultSessionState state = VaultSessionState.Of(token, _time.GetTimestamp());
            lock (_gate)
            {
                _state = state;
                _refused = null;
            }

            Schedule(state);
            _logger.LoggedIn(_instance, state.TimeToLive);
            if (before is not null && before.Token != state.Token)
                TokenReplaced?.Invoke();
            return state;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A way to log in that is not ours may quote anything.
            VaultException refusal = e as VaultException
                ?? new VaultException(VaultError.LoginRefused, $"The login to Vault failed with {e.GetType().Name}.");
            if (!refusal.IsTransient)
            {
                lock (_gate)
                    _refused = (refusal, _time.GetTimestamp());
            }

            if (ReferenceEquals(refusal, e))
                throw;
            throw refusal;
        }
        finally
        {
            lock (_gate)
                _loggingIn = null;
        }
    }

    private async Task MaintainAsync()
    {
        VaultSessionState? state = Volatile.Read(ref _state);
        if (state is null || _stopping.IsCancellationRequested)
            return;

        try
        {
            TimeSpan renewed = state.CanRenew
                ? await _login.RenewAsync(state.Token, state.Asked, _stopping.Token).ConfigureAwait(false)
                : TimeSpan.Zero;
            if (renewed == TimeSpan.Zero)
            {
                await LogInAsync(instead: state, _stopping.Token).ConfigureAwait(false);
                return;
            }

            // Less than was asked for: the end of the token's life is in sight, and another renewal would not move it.
            bool capped = renewed + TimeSpan.FromSeconds(1) < state.Asked;
            VaultSessionState next = state with { SetAt = _time.GetTimestamp(), TimeToLive = renewed, CanRenew = !capped };
            lock (_gate)
            {
                if (!ReferenceEquals(_state, state))
                    return;
                _state = next;
            }

            Schedule(next);
            _logger.TokenRenewed(_instance, renewed, capped);
        }
        catch (OperationCanceledException)
        {
            // Shutdown.
        }
        catch (VaultException e)
        {
            TimeSpan remaining = state.Remaining(_time);
            if (remaining > TimeSpan.Zero)
                Start(VaultSchedule.Retry(remaining));
            _logger.TokenNotRenewed(_instance, remaining, e.Message);
        }
        catch (ObjectDisposedException)
        {
            // Shutdown.
        }
    }

    private void Schedule(VaultSessionState state)
    {
        if (state.TimeToLive > TimeSpan.Zero)
            Start(VaultSchedule.Renewal(state.TimeToLive));
    }

    private void Start(TimeSpan due)
    {
        try
        {
            _timer.Change(due, Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // Shutdown.
        }
    }

    // Every caller may have given up waiting.
    private static Task<T> ObservedAsync<T>(Task<T> task)
    {
        _ = task.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return task;
    }
}
