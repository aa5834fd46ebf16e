using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Varai.Monitoring.Errors;

/// <summary>The logger of one category.</summary>
internal sealed class ErrorLogger(IServiceProvider services, string category) : ILogger
{
    // Asked for when there is an error: loggers are made while the container is, and options of the tracker may log.
    private IErrorTracker? _tracker;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel is LogLevel.Error or LogLevel.Critical;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (exception is null || !IsEnabled(logLevel))
            return;
        try
        {
            _tracker ??= services.GetRequiredService<IErrorTracker>();
            ErrorTracker.Tell(_tracker, exception, ErrorOrigin.Logged, category);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The host has ended, its options are wrong, which it says itself, or a tracker of the user's fails: whoever logs is not told.
        }
    }
}
