using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Varai;
using Varai.Monitoring;
using Varai.Monitoring.Notifications;

namespace Snippets;

internal static class NotificationSnippets
{
    public static void Host(HostApplicationBuilder builder)
    {
        // snippet: notifications-host
        builder.AddVarai().AddAlertNotifications(o =>
        {
            o.Receivers["team"] = new AlertReceiverSettings { Channels = { new AlertReceiverChannelSettings { Channel = "slack" } } };
            o.Receivers["oncall"] = new AlertReceiverSettings { Channels = { new AlertReceiverChannelSettings { Channel = "pagerduty" } } };
            o.Route.Receiver = "team";
            o.Route.GroupBy.Add("alertname");
            o.Route.Routes.Add(new AlertRouteSettings { Matchers = { "severity=\"critical\"" }, Receiver = "oncall", GroupWait = TimeSpan.FromSeconds(10) });
        });
        // end-snippet
    }

    public static async Task Post(IAlertDispatcher dispatcher, TimeProvider time, CancellationToken cancellationToken)
    {
        // snippet: notifications-post
        var labels = new Dictionary<string, string> { ["alertname"] = "import_failed", ["severity"] = "warning", ["customer"] = "a" };
        var alert = new Alert { Labels = labels, StartsAt = time.GetUtcNow(), Annotations = new Dictionary<string, string> { ["summary"] = "The import failed." } };
        await dispatcher.PostAsync([alert], cancellationToken);

        // Again from time to time while it lasts, and once at its end:
        await dispatcher.PostAsync([alert with { EndsAt = time.GetUtcNow() }], cancellationToken);
        // end-snippet
    }

    public static async Task Act(ISilences silences, IAlertNotifications notifications, Alert alert, TimeProvider time, CancellationToken cancellationToken)
    {
        // snippet: notifications-act
        await silences.AddAsync(
            [new LabelMatcher("customer", LabelComparison.Equal, "a")], time.GetUtcNow().AddHours(2), "ann", "maintenance", cancellationToken: cancellationToken);

        await notifications.AcknowledgeAsync(alert.Fingerprint, "ann", "looking into it", TimeSpan.FromHours(1), cancellationToken);
        foreach (AlertGroup group in await notifications.ListGroupsAsync(cancellationToken))
            await notifications.ResolveAsync(group.Key, "ann", "repaired", cancellationToken);
        Console.WriteLine(await notifications.ExplainAsync(alert, cancellationToken));
        // end-snippet
    }

    public static async Task Fatigue(IAlertNotifications notifications, DateOnly from, DateOnly to, CancellationToken cancellationToken)
    {
        // snippet: notifications-fatigue
        AlertFatigueReport report = await notifications.GetFatigueReportAsync(from, to, cancellationToken);
        foreach (AlertFatigueRule rule in report.NeverActedOn)
            Console.WriteLine($"{rule.Name}: told {rule.Notifications} times, and nobody did anything");
        // end-snippet
    }
}
