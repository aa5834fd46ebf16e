using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Varai;
using Varai.Monitoring;
using Varai.Monitoring.ServiceLevels;

namespace Snippets;

internal static class AlertSnippets
{
    public static void First(HostApplicationBuilder builder)
    {
        // snippet: alerts-first
        builder.AddVarai()
            .AddAlertRule("high_order_processing_time", r => r
                .Metric("order_processing_time").Quantile(0.99).Over(TimeSpan.FromMinutes(5)).By("region")
                .Above(2000).In("staging", 5000)
                .For(TimeSpan.FromMinutes(2)).Severity(AlertSeverity.Critical)
                .Summary("p99 in {{ $labels.region }} is {{ humanize $value }} ms"));
        // end-snippet
    }

    public static void Kinds(VaraiBuilder varai)
    {
        // snippet: alerts-kinds
        MetricQuery requests = MetricQuery.Of("http.server.request.duration").Rate();
        MetricQuery errors = requests.Where(new LabelMatcher("http.response.status_code", LabelComparison.Matches, "5.."));
        varai
            .AddAlertRule("too_many_errors", r => r
                .Query(errors.Or(0).DividedBy(requests).Over(TimeSpan.FromMinutes(5))).Above(0.05).MinimumEvents(20))
            .AddAlertRule("queue_grows", r => r
                .Metric("order_queue_length").Over(TimeSpan.FromMinutes(1)).Above(1000, clearAt: 500).NoData(AlertNoData.Keep))
            .AddAlertRule("no_orders", r => r
                .Metric("orders_placed").Over(TimeSpan.FromMinutes(30)).Absent().Severity(AlertSeverity.Critical))
            .AddAlertRule("odd_value", r => r
                .Metric("order_value").Max().When(value => value % 100 == 99).AtLeastTimes(3, outOf: 5));
        // end-snippet
    }

    public static void BurnRate(HostApplicationBuilder builder)
    {
        // snippet: alerts-burn-rate
        MetricQuery orders = MetricQuery.Of("order_processing_time");
        var objective = new ServiceLevelObjective(
            "orders-availability", 0.999, ServiceLevelIndicator.ErrorsOf(orders.Where("outcome", "error"), orders));
        builder.AddVarai().AddServiceLevelObjective(objective).AddBurnRateAlerts(objective);
        // end-snippet
    }

    public static void Explain(IAlertRules rules)
    {
        // snippet: alerts-explain
        foreach (AlertRuleStatus rule in rules.GetStatus().Where(r => r.State != AlertState.Inactive || r.Health == AlertRuleHealth.Error))
            Console.WriteLine(rules.Explain(rule.Rule.Name));
        // end-snippet
    }
}
