using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Varai.FeatureFlags;

/// <summary>Waits for a store that has to be waited for before the host's services start; they would see every feature off.</summary>
/// <remarks>The configuration's own flags are loaded when they are first asked for, and never have to be waited for.</remarks>
internal sealed class FeatureFlagWarmUp(IServiceProvider services) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) =>
        services.GetRequiredService<IFeatureFlagStore>() is ConfigurationFeatureFlagStore
            ? Task.CompletedTask
            : services.GetRequiredService<FeatureFlagFeed>().FirstLoad.WaitAsync(cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
