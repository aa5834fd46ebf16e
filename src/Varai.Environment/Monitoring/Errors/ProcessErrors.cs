using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Varai.Monitoring.Errors;

/// <summary>Tells the tracker and the log of errors that nobody caught, while the host runs.</summary>
internal sealed class ProcessErrors(IErrorTracker tracker, ILogger<ProcessErrors> logger) : IHostedService, IDisposable
{
    private readonly GuardedLogger _logger = new(logger);
    private bool _isListening;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (_isListening)
            return Task.CompletedTask;
        _isListening = true;
        AppDomain.CurrentDomain.UnhandledException += OnUnhandled;
        TaskScheduler.UnobservedTaskException += OnUnobserved;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Not at stop: the last errors are those of stopping.
    public void Dispose()
    {
        AppDomain.CurrentDomain.UnhandledException -= OnUnhandled;
        TaskScheduler.UnobservedTaskException -= OnUnobserved;
    }

    public void OnUnhandled(object? sender, UnhandledExceptionEventArgs args)
    {
        if (args.ExceptionObject is not Exception exception)
            return;
        ErrorTracker.Tell(tracker, exception, ErrorOrigin.Unhandled, category: null);
        _logger.ErrorUnhandled(exception);
    }

    public void OnUnobserved(object? sender, UnobservedTaskExceptionEventArgs args)
    {
        if (args.Exception is not { } exception)
            return;
        ErrorTracker.Tell(tracker, exception, ErrorOrigin.UnobservedTask, category: null);
        _logger.TaskUnobserved(exception);
    }
}
