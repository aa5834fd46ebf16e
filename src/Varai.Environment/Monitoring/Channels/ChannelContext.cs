using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Varai.Secrets;

namespace Varai.Monitoring.Channels;

/// <summary>What a channel is made of, besides its options.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Secrets">The secrets.</param>
/// <param name="Time">The clock.</param>
/// <param name="Services">The container, for what one kind alone needs.</param>
internal sealed record ChannelContext(string Name, ISecretStore Secrets, TimeProvider Time, IServiceProvider Services)
{
    public ChannelSecret Secret(string option, string? value, string? secretName) => new(Name, option, value, secretName, Secrets);

    public ILogger Logger<TChannel>() => new GuardedLogger(Services.GetRequiredService<ILogger<TChannel>>());

    public ChannelHttp Http(string service, Action<SocketsHttpHandler>? configure, PublicAddresses? guard = null) => new(Name, service, guard, configure, Time);
}
