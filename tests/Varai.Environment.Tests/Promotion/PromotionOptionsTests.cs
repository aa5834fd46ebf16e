using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Varai.Promotion;
using Varai.Tests.Hosting;

namespace Varai.Tests.Promotion;

public sealed class PromotionOptionsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Pipeline:0", "not a name", "Varai:Promotion:Pipeline: 'not a name' does not name an environment")]
    [InlineData("Pipeline:0", "us after staging", "'us after staging' is to follow 'staging', which is no stage before it")]
    [InlineData("ProtectedKeys:0", "a::b", "Varai:Promotion:ProtectedKeys:0 is 'a::b', but must be names separated by ':'")]
    [InlineData("CheckAttempts", "0", "Varai:Promotion:CheckAttempts is '0', but must be from 1 to 100")]
    [InlineData("LeaseDuration", "00:00:05", "Varai:Promotion:LeaseDuration is '00:00:05', but must be from 00:00:15")]
    [InlineData("KeepRecords", "0", "Varai:Promotion:KeepRecords is '0'")]
    [InlineData("AuditKey", " ", "must be the name of a secret")]
    [InlineData("Stages:production:RequiredApprovals", "-1", "Varai:Promotion:Stages:production:RequiredApprovals is '-1'")]
    [InlineData("Stages:production:SoakTime", "-00:01:00", "Varai:Promotion:Stages:production:SoakTime is '-00:01:00'")]
    [InlineData("Stages:production:FreezeWindows:0", "0 16 * * FRI", "Varai:Promotion:Stages:production:FreezeWindows has '0 16 * * FRI', but must be 'cron for length'")]
    [InlineData("Stages:production:SoakTme", "1", "'SoakTme'")]
    public async Task Start_ABadOption_StopsTheHostAndNamesIt(string key, string value, string expected)
    {
        await using VaraiHost host = new VaraiHost().Set(($"Varai:Promotion:{key}", value));
        host.Builder.AddVarai().AddPromotion();

        Exception error = await Assert.ThrowsAnyAsync<Exception>(() => host.App.StartAsync(Token));

        Assert.Contains(expected, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Section_AStage_IsBound()
    {
        await using VaraiHost host = new VaraiHost().Set(
            ("Varai:Promotion:Stages:production:RequiredApprovals", "2"),
            ("Varai:Promotion:Stages:production:Approvers:0", "ann"),
            ("Varai:Promotion:Stages:production:Approvers:1", "bob"),
            ("Varai:Promotion:Stages:production:ApprovalLifetime", "02:00:00"),
            ("Varai:Promotion:Stages:production:SoakTime", "1.00:00:00"),
            ("Varai:Promotion:Stages:production:FreezeWindows:0", "0 16 * * FRI for 2.16:00:00 in Europe/Vienna"),
            ("Varai:Promotion:Pipeline:0", "dev"),
            ("Varai:Promotion:Pipeline:1", "production"));
        host.Builder.AddVarai().AddPromotion();

        PromotionOptions options = host.App.Services.GetRequiredService<IOptions<PromotionOptions>>().Value;

        PromotionStageSettings stage = options.Stages["PRODUCTION"];
        Assert.Equal((2, TimeSpan.FromHours(2), TimeSpan.FromDays(1)), (stage.RequiredApprovals, stage.ApprovalLifetime, stage.SoakTime));
        Assert.Equal(["ann", "bob"], stage.Approvers);
        Assert.Single(stage.FreezeWindows);
        Assert.Equal(["dev", "production"], options.Pipeline);
    }

    [Fact]
    public void Add_Twice_IsOnce()
    {
        var services = new ServiceCollection();
        new VaraiBuilder(services).AddPromotion().AddPromotion();

        Assert.Single(services, s => s.ServiceType == typeof(IHostedService));
        Assert.Single(services, s => s.ServiceType == typeof(VaraiSection));
    }
}
