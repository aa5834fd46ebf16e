using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Varai.Configuration;
using Varai.Promotion;
using Varai.State;

namespace Varai.PostgreSql.Tests.Promotion;

/// <summary>One of several services in production that share a folder of environments and a database.</summary>
internal sealed class PromotionNode : IAsyncDisposable
{
    private readonly IHost _host;

    private PromotionNode(IHost host) => _host = host;

    public IPromotionEngine Engine => _host.Services.GetRequiredService<IPromotionEngine>();

    public IPromotionAudit Audit => _host.Services.GetRequiredService<IPromotionAudit>();

    public IPromotionSnapshots Snapshots => _host.Services.GetRequiredService<IPromotionSnapshots>();

    public IEnvironmentConfiguration Configuration => _host.Services.GetRequiredService<IEnvironmentConfiguration>();

    public IStateStore State => _host.Services.GetRequiredService<IStateStore>();

    public static async Task<PromotionNode> StartAsync(
        string contentRoot, Action<VaraiBuilder> useState, Action<PromotionOptions>? configure = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { ContentRootPath = contentRoot, EnvironmentName = "production" });
        VaraiBuilder varai = builder.AddVarai(o => o.Configuration.Watch = false);
        useState(varai);
        varai.AddPromotion(o => configure?.Invoke(o));
        IHost host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new PromotionNode(host);
    }

    public async Task<List<PromotionRecord>> HistoryAsync(string target)
    {
        var records = new List<PromotionRecord>();
        await foreach (PromotionRecord record in Engine.GetHistoryAsync(target, TestContext.Current.CancellationToken))
            records.Add(record);
        return records;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }
}
