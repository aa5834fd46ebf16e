using Microsoft.Extensions.DependencyInjection;
using Varai.Monitoring;
using Varai.Monitoring.Alerts;
using Varai.Monitoring.ServiceLevels;

namespace Varai.Tests.Monitoring.Alerts;

public sealed class BurnRateRulesTests
{
    private static readonly MetricQuery Requests = MetricQuery.Of("requests");

    private static readonly ServiceLevelObjective Objective = new(
        "checkout", 0.999, ServiceLevelIndicator.ErrorsOf(Requests.Where("outcome", "error"), Requests));

    [Fact]
    public void Create_EachWindow_IsARuleThatHoldsWhileItBurns()
    {
        var levels = new SetLevels();
        AlertRule[] rules = [.. Enumerable.Range(0, 4).Select(i => BurnRateRules.Create(Objective, i, () => levels))];
        Assert.Equal(
            ["checkout_burn_rate_page_60m", "checkout_burn_rate_page_360m", "checkout_burn_rate_ticket_1440m", "checkout_burn_rate_ticket_4320m"],
            rules.Select(r => r.Name));
        Assert.Equal([AlertSeverity.Critical, AlertSeverity.Critical, AlertSeverity.Warning, AlertSeverity.Warning], rules.Select(r => r.Severity));

        var world = new AlertWorld(rules[0]);
        Assert.Equal("I", world.Run(0));
        levels.Rates = (15, 15);
        Assert.Equal("F", world.Run(0));
        ActiveAlert alert = Assert.Single(world.Set.GetStatus()[0].Alerts);
        Assert.Equal((15, "checkout"), (alert.Value, alert.Labels["slo"]));
        Assert.Equal("The error budget of checkout burns 15.0 times as fast as it may: over 01:00:00 and 00:05:00, more than 14.4 times", alert.Annotations["summary"]);

        // The short window ends it, while the long one still remembers.
        levels.Rates = (15, 2);
        Assert.Equal("I", world.Run(0));
    }

    [Fact]
    public void AddBurnRateAlerts_Twice_AddsTheRulesOnce()
    {
        var services = new ServiceCollection();
        VaraiBuilder builder = new VaraiBuilder(services).AddServiceLevelObjective(Objective).AddBurnRateAlerts(Objective).AddBurnRateAlerts(Objective);
        Assert.Same(services, builder.Services);
        Assert.Equal(4, services.Count(s => s.ServiceType == typeof(AlertRule)));
    }

    private sealed class SetLevels : IServiceLevels
    {
        public (double Long, double Short) Rates { get; set; }

        public IReadOnlyList<ServiceLevelObjective> Objectives => [Objective];

        public ServiceLevelStatus GetStatus(string objective) => new(Objective, AlertWorld.Start, new ServiceLevelCount(1000, 1000))
        {
            BurnRates = [.. Objective.GetBurnRateWindows().Select(w => new BurnRate(w, new ServiceLevelCount(1000, 1000), new ServiceLevelCount(1000, 1000)) { LongRate = Rates.Long, ShortRate = Rates.Short })],
        };

        public ServiceLevelCount GetEvents(string objective, TimeSpan window) => new(0, 0);

        public ServiceLevelReport GetReport(string objective, int year, int month) => throw new InvalidOperationException("Nobody asks for it here.");
    }
}
