using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Varai.Monitoring;
using Varai.Monitoring.Errors;
using Varai.Tests.Hosting;

namespace Varai.Tests.Monitoring.Errors;

public sealed class ErrorTrackingTests : IAsyncDisposable
{
    private readonly VaraiHost _host = new();
    private readonly FakeLogCollector _logs = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IErrorTracker Errors => _host.Varai.Errors;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task AddVarai_Alone_CountsWhatTheServiceRecords()
    {
        _host.Builder.AddVarai();
        await _host.App.StartAsync(Token);
        _host.Varai.RecordError(new TimeoutException());
        Logger().LogError(new InvalidOperationException(), "failed");

        Assert.Equal("System.TimeoutException", Assert.Single(Errors.GetErrors()).Type);
        Assert.Null(_host.App.Services.GetService<ProcessErrors>());
    }

    [Fact]
    public async Task AddErrorTracking_Twice_CountsWhatIsLoggedAsAnErrorOnce()
    {
        _host.Builder.AddVarai().AddErrorTracking().AddErrorTracking(o => o.MaxGroups = 20);
        await _host.App.StartAsync(Token);
        ILogger logger = Logger();
        logger.LogWarning(new TimeoutException(), "not an error");
        logger.LogError("no exception");
        var failure = new InvalidOperationException();
        logger.LogError(failure, "failed");
        logger.LogCritical(failure, "failed again");

        ErrorGroup group = Assert.Single(Errors.GetErrors());
        Assert.Equal(("System.InvalidOperationException", 1, ErrorOrigin.Logged, "Shop.Orders"), (group.Type, group.Count, group.Origin, group.Category));
        Assert.True(logger.IsEnabled(LogLevel.Error));
        await _host.App.StopAsync(Token);
    }

    [Fact]
    public async Task AddErrorTracking_WithMonitoring_IsInTheWindows()
    {
        _host.Builder.AddVarai().AddMonitoring().AddErrorTracking();
        await _host.App.StartAsync(Token);
        Logger().LogError(new TimeoutException(), "failed");
        Logger().LogError(new TimeoutException(), "failed");

        Assert.Equal(2, _host.App.Services.GetRequiredService<IMetricWindows>().GetValue(
            MetricQuery.Of("varai.errors").Where("error.type", "System.TimeoutException").Increase()));
        await _host.App.StopAsync(Token);
    }

    [Fact]
    public async Task OnUnhandled_AnException_IsCountedAndLogged()
    {
        ProcessErrors process = await StartAsync();

        process.OnUnhandled(this, new UnhandledExceptionEventArgs(new TimeoutException(), isTerminating: true));
        process.OnUnhandled(this, new UnhandledExceptionEventArgs("no exception", isTerminating: true));

        Assert.Equal(ErrorOrigin.Unhandled, Assert.Single(Errors.GetErrors()).Origin);
        Assert.Equal(LogLevel.Critical, Assert.Single(_logs.GetSnapshot(), r => r.Id.Id == 1511).Level);
    }

    [Fact]
    public async Task OnUnobserved_AFailedTaskThatNobodyAwaited_IsCountedAndLogged()
    {
        await StartAsync();
        while (Errors.GetErrors().All(g => g.Type != typeof(ForgottenException).FullName))
        {
            // Told when the task is collected, whenever that is.
            Token.ThrowIfCancellationRequested();
            Forget();
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.Equal(ErrorOrigin.UnobservedTask, Errors.GetErrors().Single(g => g.Type == typeof(ForgottenException).FullName).Origin);
        Assert.Contains(_logs.GetSnapshot(), r => r.Id.Id == 1512 && r.Exception is AggregateException { InnerException: ForgottenException });
    }

    [Fact]
    public async Task Log_AfterTheHostHasEnded_HarmsNobody()
    {
        ILogger logger;
        await using (var host = new VaraiHost())
        {
            host.Builder.AddVarai().AddErrorTracking();
            await host.App.StartAsync(Token);
            logger = host.App.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Shop.Orders");
        }

        logger.LogError(new TimeoutException(), "late");
    }

    [Fact]
    public async Task AddErrorTracking_TheUsersOwnTracker_IsTold()
    {
        var own = new OwnTracker();
        _host.Builder.Services.AddSingleton<IErrorTracker>(own);
        _host.Builder.AddVarai().AddErrorTracking();
        await _host.App.StartAsync(Token);
        var failure = new TimeoutException();

        Logger().LogError(failure, "failed");

        Assert.Same(failure, Assert.Single(own.Recorded));
        await _host.App.StopAsync(Token);
    }

    [Theory]
    [InlineData("Varai:ErrorTracking:MaxGroup", "20", "MaxGroup")]
    [InlineData("Varai:ErrorTracking:MaxGroups", "9", "Varai:ErrorTracking:MaxGroups is '9', but must be from 10 to 10000.")]
    [InlineData("Varai:ErrorTracking:ApplicationAssemblies:0", " ", "Varai:ErrorTracking:ApplicationAssemblies:0 is ' ', but must be the name of an assembly, where * stands for any characters.")]
    public async Task Start_AMistakeInTheSection_IsRefused(string key, string value, string part)
    {
        _host.Set((key, value));
        _host.Builder.AddVarai().AddErrorTracking();

        Exception error = await Assert.ThrowsAnyAsync<Exception>(() => _host.App.StartAsync(Token));

        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    private async Task<ProcessErrors> StartAsync()
    {
        _host.Builder.Logging.AddProvider(new FakeLoggerProvider(_logs));
        _host.Builder.AddVarai().AddErrorTracking();
        await _host.App.StartAsync(Token);
        return _host.App.Services.GetRequiredService<ProcessErrors>();
    }

    private ILogger Logger() => _host.App.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Shop.Orders");

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget() => _ = Task.FromException(new ForgottenException());

    private sealed class ForgottenException : Exception;

    private sealed class OwnTracker : IErrorTracker
    {
        public List<Exception> Recorded { get; } = [];

        public void Record(Exception exception) => Recorded.Add(exception);

        public IReadOnlyList<ErrorGroup> GetErrors() => [];
    }
}
