using Microsoft.Extensions.Logging;

namespace Varai.Tests;

/// <summary>What is logged about goes on, whatever the logger does.</summary>
public sealed class GuardedLoggerTests
{
    [Fact]
    public void Log_ALoggerThatThrows_IsNotNoticed()
    {
        var broken = new BrokenLogger();
        var logger = new GuardedLogger(broken);

        Assert.False(logger.IsEnabled(LogLevel.Error));
        logger.Log(LogLevel.Error, default, "text", exception: null, static (text, _) => text);

        Assert.Equal(2, broken.Calls);
    }

    [Fact]
    public void Log_ALoggerThatWorks_GetsEverything()
    {
        var recorded = new RecordingLogger();
        var error = new InvalidOperationException();
        var logger = new GuardedLogger(recorded);

        Assert.True(logger.IsEnabled(LogLevel.Warning));
        logger.Log(LogLevel.Warning, new EventId(7), "text", error, static (text, e) => $"{text} {e!.GetType().Name}");

        Assert.Equal((LogLevel.Warning, 7, "text InvalidOperationException"), Assert.Single(recorded.Lines));
    }

    private sealed class BrokenLogger : ILogger
    {
        public int Calls { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel)
        {
            Calls++;
            throw new InvalidOperationException("broken");
        }

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Calls++;
            throw new InvalidOperationException("broken");
        }
    }

    private sealed class RecordingLogger : ILogger
    {
        public List<(LogLevel Level, int Id, string Text)> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add((logLevel, eventId.Id, formatter(state, exception)));
    }
}
