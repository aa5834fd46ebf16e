using System.Globalization;
using Varai.Monitoring.ServiceLevels;

namespace Varai.Monitoring.Alerts;

/// <summary>Alert rules over the burn rates of a service level objective, one for each pair of windows.</summary>
internal static class BurnRateRules
{
    public static AlertRule Create(ServiceLevelObjective objective, int window, Func<IServiceLevels> levels)
    {
        BurnRateWindow burn = objective.GetBurnRateWindows()[window];
        string kind = burn.Severity == BurnRateSeverity.Page ? "page" : "ticket";
        string name = string.Create(CultureInfo.InvariantCulture, $"{objective.Name}_burn_rate_{kind}_{burn.Long.TotalMinutes:0}m");

        // What looks like a template in a name is none.
        string shown = objective.Name.Replace("{{", "{ {", StringComparison.Ordinal);
        return new AlertRule
        {
            Name = name,
            Terms =
            [
                new AlertTerm
                {
                    // Both windows and the least number of events are judged there; what is shown is the rate over the long window.
                    Compute = _ => levels().GetStatus(objective.Name).BurnRates[window] is { IsBurning: true } burning ? burning.LongRate : 0,
                    Comparison = AlertComparison.Above,
                },
            ],
            Severity = burn.Severity == BurnRateSeverity.Page ? AlertSeverity.Critical : AlertSeverity.Warning,
            Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["slo"] = shown },
            Annotations = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["summary"] = string.Create(
                    CultureInfo.InvariantCulture,
                    $"The error budget of {shown} burns {{{{ printf \"%.1f\" $value }}}} times as fast as it may: over {burn.Long:c} and {burn.Short:c}, more than {burn.Factor:0.##} times"),
            },
        };
    }
}
