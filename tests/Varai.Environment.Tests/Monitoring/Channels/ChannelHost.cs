using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using Varai.Monitoring;
using Varai.Testing.Secrets;
using Varai.Tests.Hosting;

namespace Varai.Tests.Monitoring.Channels;

/// <summary>A host with channels, secrets in memory and a clock that stands still.</summary>
internal sealed class ChannelHost : IAsyncDisposable
{
    private readonly VaraiHost _host = new();

    public ChannelHost(Action<VaraiBuilder> configure, params (string Key, string? Value)[] settings)
    {
        _host.Set(settings);
        _host.Builder.Services.AddSingleton<TimeProvider>(Time);
        _host.Builder.Logging.AddProvider(new FakeLoggerProvider(Logs)).SetMinimumLevel(LogLevel.Trace);
        configure(_host.Builder.AddVarai().AddSecretProvider(Secrets));
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 12, 1, 9, 45, 30, TimeSpan.Zero));

    public InMemorySecretProvider Secrets { get; } = new();

    public FakeLogCollector Logs { get; } = new();

    public IServiceProvider Services => _host.App.Services;

    public IHost App => _host.App;

    public IAlertChannel Channel => Services.GetServices<IAlertChannel>().First();

    public IAlertChannels Channels => Services.GetRequiredService<IAlertChannels>();

    public Task SendAsync(AlertNotification notification) => Channel.SendAsync(notification, TestContext.Current.CancellationToken);

    /// <summary>The error that sending ends with.</summary>
    public Task<AlertChannelException> FailAsync(AlertNotification notification) => Assert.ThrowsAsync<AlertChannelException>(() => SendAsync(notification));

    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
