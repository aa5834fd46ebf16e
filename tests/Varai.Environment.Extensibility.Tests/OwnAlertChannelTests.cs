using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Varai.Monitoring;
using Varai.Testing;
using Varai.Testing.Monitoring;

namespace Contoso.Extensions;

public sealed class OwnAlertChannelTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pager_OfAStranger_PassesTheContract()
    {
        var pager = new Pager();
        await new AlertChannelContract(pager, () => pager.Lines.Count) { BreakDown = broken => pager.IsDead = broken }.RunAsync(Token);
    }

    [Fact]
    public async Task Recording_OfOurs_PassesTheContract()
    {
        var channel = new RecordingAlertChannel();
        await new AlertChannelContract(channel, () => channel.Sent.Count) { BreakDown = broken => channel.Failure = broken ? _ => new AlertChannelException("away", isTransient: true) : null }.RunAsync(Token);
        await channel.WaitAsync(channel.Sent.Count, Token);
    }

    [Fact]
    public async Task Pager_ThatSwallowsFailures_IsFoundOut()
    {
        var pager = new Pager { IsCareless = true };
        ContractException error = await Assert.ThrowsAsync<ContractException>(
            () => new AlertChannelContract(pager, () => pager.Lines.Count) { BreakDown = broken => pager.IsDead = broken }.FailsAloudAsync(Token));
        Assert.Equal("SendAsync succeeds although the other side fails.", error.Message);
    }

    [Fact]
    public async Task Pager_Added_CanBeTried()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.AddVarai().UseInMemoryState().AddAlertDelivery().AddAlertChannel<Pager>();
        using IHost host = builder.Build();
        var channels = host.Services.GetRequiredService<IAlertChannels>();

        Assert.True((await channels.TestAsync("pager", Token)).IsSent);
        Assert.True(Assert.Single(channels.GetStatuses()) is { Channel: "pager", IsHealthy: true, Waiting: 0 });
    }
}
