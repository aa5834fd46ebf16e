using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Varai;
using Varai.Monitoring;
using Varai.Testing.Monitoring;

namespace Snippets;

internal static class AlertChannelSnippets
{
    public static void Add(HostApplicationBuilder builder)
    {
        // snippet: channels-add
        builder.AddVarai()
            .AddSlack(o => o.WebhookUrlSecret = "slack-webhook")
            .AddPagerDuty(o => o.RoutingKeySecret = "pagerduty-key")
            .AddWebhook("audit", o =>
            {
                o.Url = "https://audit.example.org/alerts";
                o.SigningKeySecrets.Add("audit-key");
            });
        // end-snippet
    }

    public static async Task TestAsync(IAlertChannels channels, CancellationToken cancellationToken)
    {
        // snippet: channels-test
        AlertChannelTestResult result = await channels.TestAsync("slack", cancellationToken);
        Console.WriteLine(result.IsSent ? $"sent in {result.Duration}" : result.Error);
        foreach (AlertChannelStatus status in channels.GetStatuses())
            Console.WriteLine($"{status.Channel}: {(status.IsHealthy ? "well" : status.LastError)}, {status.Waiting} wait");
        // end-snippet
    }

    public static void Texts(VaraiBuilder varai)
    {
        // snippet: channels-texts
        varai.AddSlack("oncall", o =>
        {
            o.WebhookUrlSecret = "slack-oncall";
            o.Message.Title = "{severity} {label.alertname} in {environment}";
            o.Message.FormatBody = n => $"{n.Alerts.Count} alerts since {AlertText.Time(n.Alerts[0].StartsAt)}";
        });
        // end-snippet
    }

    public static void Kinds(VaraiBuilder varai)
    {
        // snippet: channels-slack-bot
        varai.AddSlack(o => (o.TokenSecret, o.Conversation) = ("slack-bot", "C0123456789"));
        // end-snippet
        // snippet: channels-sms
        varai.AddTwilioSms(o =>
        {
            o.AccountSid = "AC0123456789abcdef0123456789abcdef";
            o.AuthTokenSecret = "twilio-token";
            o.From = "+15005550001";
            o.To.Add("+15005550006");
        });
        varai.AddSmsGateway(o =>
        {
            o.Url = "https://gateway.example/send";
            o.HeaderSecrets["Authorization"] = "gateway-key";
            o.Body = """{"recipient":"{to}","message":"{text}"}""";
            o.To.Add("+4930123456");
        });
        // end-snippet
        // snippet: channels-teams
        varai.AddTeams(o => o.WebhookUrlSecret = "teams-workflow");
        // end-snippet
        // snippet: channels-alertmanager
        varai.AddAlertmanager(o => o.Urls.Add("http://alertmanager:9093"));
        // end-snippet
        // snippet: channels-email
        varai.AddEmail(o =>
        {
            (o.Host, o.Username, o.PasswordSecret) = ("smtp.example.org", "alerts", "smtp-password");
            o.From = "Alerts <alerts@example.org>";
            o.To.Add("team@example.org");
        });
        // end-snippet
    }

    public static async Task CheckAsync(CancellationToken cancellationToken)
    {
        // snippet: channels-contract
        var pager = new Pager();
        await new AlertChannelContract(pager, received: () => pager.Count).RunAsync(cancellationToken);
        // end-snippet
    }
}

// snippet: channels-own
internal sealed class Pager : IAlertChannel // AddAlertChannel<Pager>()
{
    public string Name => "pager";

    public int Count { get; private set; }

    public Task SendAsync(AlertNotification notification, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Console.WriteLine(AlertText.Title(notification));
        Count++;
        return Task.CompletedTask;
    }
}
// end-snippet
