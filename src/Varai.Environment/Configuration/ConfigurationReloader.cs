using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Varai.Configuration.History;
using Varai.Configuration.Layers;
using Varai.Configuration.Sources;
using Varai.Configuration.Validation;
using Varai.Configuration.Writing;

namespace Varai.Configuration;

/// <summary>At start checks the document with everything the container knows, before any other service starts; then follows
/// the files and records versions.</summary>
internal sealed class ConfigurationReloader(
    ConfigurationEngine engine,
    ConfigurationApplier applier,
    CandidateValidator validator,
    HistoryRecorder recorder,
    ConfigurationWriter writer,
    IServiceProvider services,
    TimeProvider time,
    ILogger<ConfigurationReloader> logger) : IAsyncDisposable
{
    // A file that is being written may be invalid for a moment; this is how much longer it gets before that is reported.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(250);

    // Something that writes into the folder all the time must not keep a saved file from being read.
    private const int LongestQuiet = 5;

    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(5);

    private readonly Channel<bool> _signals = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private readonly StateEnvironments? _state = engine.State is null ? null : services.GetRequiredService<StateEnvironments>();
    private readonly CancellationTokenSource _stopping = new();
    private ConfigurationWatcher? _watcher;
    private Task _running = Task.CompletedTask;

    /// <exception cref="ConfigurationException">The files are not valid.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!engine.Loader.Folder.Exists)
            return;

        // Files are watched before they are read, so that no change falls between the reading and the watching.
        if (_state is not null)
            await _state.LoadFirstAsync(cancellationToken).ConfigureAwait(false);
        else if (engine.Options.Watch)
            _watcher = new ConfigurationWatcher(engine.Loader.Folder.FullPath, engine.Options.PollInterval, time, Signal);
        if (_watcher?.Failure is { } failure)
            Log.WatchedByComparing(logger, engine.Options.PollInterval, failure);

        await FinishInterruptedAsync(cancellationToken).ConfigureAwait(false);

        // The files are read once more: they were read when the host was set up, which may be a while ago.
        ApplyResult? read = await applier.ReloadAsync(cancellationToken).ConfigureAwait(false);
        LoadedConfiguration candidate = read?.Loaded ?? engine.LoadNext();
        if (read is null)
            await validator.ValidateAsync(candidate, engine.Options.RequireSecrets, cancellationToken).ConfigureAwait(false);
        if (candidate.Errors.Count > 0)
            throw new ConfigurationException($"The configuration of '{engine.EnvironmentName}' is not valid:", candidate.Errors);
        _state?.Keep();
        Log.Loaded(logger, engine.EnvironmentName, engine.View.Snapshot.Root.Members.Count, engine.View.Snapshot.ContentHash);

        var rotation = new SecretRotation(engine, applier, time, logger, Signal);
        await rotation.StartAsync(cancellationToken).ConfigureAwait(false);
        CancellationToken stopping = _stopping.Token;
        _running = Task.Run(
            () => Task.WhenAll(
                FollowAsync(stopping), RecordAsync(stopping), rotation.RunAsync(stopping), _state?.FollowAsync(Signal, stopping) ?? Task.CompletedTask),
            CancellationToken.None);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _watcher?.Dispose();
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        _watcher?.Dispose();
        await _stopping.CancelAsync().ConfigureAwait(false);

        // A store that never answers must not keep the process; what is not recorded now is recorded at the next start.
        await _running.WaitAsync(LongestEnd, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private void Signal() => _signals.Writer.TryWrite(true);

    private async Task FinishInterruptedAsync(CancellationToken cancellationToken)
    {
        try
        {
            // The wait ends with the token also when the store ignores it.
            await writer.FinishInterruptedAsync(cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is VaraiException or IOException or UnauthorizedAccessException)
        {
            // Without its state a service still starts; the history says so in health.
            HistoryFailed(e);
        }
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await _signals.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                await QuietAsync(engine.Options.QuietPeriod, cancellationToken).ConfigureAwait(false);
                await ReloadAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Something unforeseen: the next change gets its chance.
                Log.ReloadFailed(logger, e);
            }
        }
    }

    private async Task RecordAsync(CancellationToken cancellationToken)
    {
        TimeSpan wait = FirstRetry;
        while (true)
        {
            try
            {
                await recorder.FlushAsync(cancellationToken).ConfigureAwait(false);
                wait = FirstRetry;
                await recorder.WaitForWorkAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                HistoryFailed(e);
                await Task.Delay(wait, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                wait = wait * 2 < LongestRetry ? wait * 2 : LongestRetry;
            }
        }
    }

    private async Task ReloadAsync(CancellationToken cancellationToken)
    {
        if (_state is not null)
            await _state.RefreshAsync(cancellationToken).ConfigureAwait(false);
        LoadedConfiguration glance = engine.LoadNext();
        while (glance.Errors.Count > 0)
        {
            await QuietAsync(Grace, cancellationToken).ConfigureAwait(false);
            LoadedConfiguration again = engine.LoadNext();
            if (again.HasSameBytes(glance))
                break;
            glance = again;
        }

        IReadOnlyList<ConfigurationError> known = engine.Status.Errors;
        ApplyResult? result = await applier.ReloadAsync(cancellationToken).ConfigureAwait(false);
        if (engine.Status.IsCurrent && known.Count > 0)
            Log.ValidAgain(logger, engine.EnvironmentName);
        if (result is { Loaded.Errors.Count: > 0 } && !known.SequenceEqual(result.Loaded.Errors))
            Log.Refused(logger, engine.EnvironmentName, string.Join("\n  ", result.Loaded.Errors));
        _state?.Keep();
    }

    private async Task QuietAsync(TimeSpan period, CancellationToken cancellationToken)
    {
        int waits = 0;
        do
        {
            while (_signals.Reader.TryRead(out _))
            {
                // Whatever came until now is covered by the reading that follows the quiet time.
            }

            await Task.Delay(period, time, cancellationToken).ConfigureAwait(false);
        }
        while (++waits < LongestQuiet && _signals.Reader.TryPeek(out _));
    }

    private void HistoryFailed(Exception e)
    {
        if (engine.Status.HistoryFailure is null)
            Log.HistoryFailed(logger, engine.EnvironmentName, e);
        engine.UpdateStatus(static (status, message) => status with { HistoryFailure = message }, e.Message);
    }
}
