using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Primitives;
using Varai.Configuration;

namespace Varai.Tests.Configuration.History;

/// <summary>A started host and what the tests ask it for.</summary>
internal sealed class HistoryHost(IHost host) : IAsyncDisposable
{
    private bool _isDisposed;

    public IEnvironmentConfiguration Configuration => host.Services.GetRequiredService<IEnvironmentConfiguration>();

    public T Get<T>()
        where T : notnull => host.Services.GetRequiredService<T>();

    public Task StartAsync() => host.StartAsync(TestContext.Current.CancellationToken);

    public async Task<HealthReportEntry> GetHealthAsync() =>
        (await Get<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken)).Entries["varai-configuration"];

    /// <summary>The versions, oldest first.</summary>
    public async Task<List<ConfigurationVersion>> GetVersionsAsync(string? environment = null)
    {
        var versions = new List<ConfigurationVersion>();
        await foreach (ConfigurationVersion version in Configuration.GetHistoryAsync(environment, TestContext.Current.CancellationToken))
            versions.Insert(0, version);
        return versions;
    }

    public Task<ConfigurationVersion> UpdateAsync(string key, long value, string author = "maria", string reason = "a test") =>
        Configuration.UpdateAsync(new ConfigurationUpdate(author, reason).Set(key, value), TestContext.Current.CancellationToken);

    public Task<ConfigurationHistoryReport> VerifyAsync(string? environment = null) =>
        Configuration.VerifyHistoryAsync(environment, TestContext.Current.CancellationToken);

    public string? Value(string key) => Configuration.Current.Root.FindKey(key)?.Text;

    /// <summary>Does something and waits until readers have been told of a change.</summary>
    public async Task ChangeAsync(Action edit)
    {
        var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using IDisposable registration = ChangeToken.OnChange(Configuration.GetChangeToken, () => changed.TrySetResult());
        edit();
        await changed.Task.WaitAsync(ConfigurationHost.Patience, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        await host.StopAsync(CancellationToken.None);
        await ((IAsyncDisposable)host).DisposeAsync();
    }
}
