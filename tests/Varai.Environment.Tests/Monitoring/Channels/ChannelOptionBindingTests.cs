using System.Collections;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Varai.Monitoring;
using Varai.Monitoring.Channels;
using Varai.Tests.Hosting;

namespace Varai.Tests.Monitoring.Channels;

/// <summary>Whatever code can set of a channel, its section can set; a new property is missed here until it has a line.</summary>
public sealed class ChannelOptionBindingTests
{
    private const string Headers = "HeaderSecrets:Authorization=token";
    private const string Message = "Message:Title={title}!|Message:Body={alerts}!";

    // The first column is enough to be valid; the second sets the others.
    private static readonly Dictionary<Type, (string Least, string Others)> Settings = new()
    {
        [typeof(WebhookOptions)] = ("Url=https://example.org", $"UrlSecret=hook|Format=CloudEvents|SigningKeySecrets:0=key|Headers:X-A=b|{Headers}|MaxAlerts=7|AllowPrivateAddresses=true"),
        [typeof(SlackOptions)] = ("WebhookUrl=https://example.org", $"WebhookUrlSecret=hook|Token=xoxb|TokenSecret=token|Conversation=C1|ApiUrl=https://slack.example/api/|{Message}"),
        [typeof(PagerDutyOptions)] = ("RoutingKey=0123456789abcdef0123456789abcdef", $"RoutingKeySecret=key|Url=https://events.eu.pagerduty.com/v2/enqueue|Source=shop|{Message}"),
        [typeof(TeamsOptions)] = ("WebhookUrl=https://example.org", $"WebhookUrlSecret=hook|{Message}"),
        [typeof(TwilioSmsOptions)] = (
            "AccountSid=AC0123456789abcdef0123456789abcdef|AuthToken=t|From=+15005550001|To:0=+15005550006",
            $"ApiKeySid=SK0123456789abcdef0123456789abcdef|AuthTokenSecret=token|MessagingServiceSid=MG1|MaxSegments=2|SegmentsPerSecond=3|ValidityPeriod=00:10:00|ApiUrl=https://api.dublin.ie1.twilio.com|{Message}"),
        [typeof(SmsGatewayOptions)] = (
            "Url=https://example.org|To:0=+15005550006",
            $"UrlSecret=hook|Method=PUT|ContentType=text/plain|Body={{text}}!|Headers:X-A=b|{Headers}|MaxSegments=2|MessagesPerSecond=3|AllowPrivateAddresses=true|{Message}"),
        [typeof(AlertmanagerOptions)] = ("Urls:0=http://alertmanager:9093", $"{Headers}|KeepFiringFor=1.00:00:00"),
    };

    public static IEnumerable<Type> Kinds => Settings.Keys;

    public static TheoryData<string, string> Properties
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (Type type in Kinds)
            {
                foreach (PropertyInfo property in type.GetProperties().Where(p => !typeof(Delegate).IsAssignableFrom(p.PropertyType)))
                    data.Add(type.Name, property.Name);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Properties))]
    public async Task Section_EachProperty_IsBound(string options, string property)
    {
        Type type = Kinds.Single(t => t.Name == options);
        (string least, string others) = Settings[type];
        string[] set = [.. $"{least}|{others}".Split('|').Where(s => s.StartsWith($"{property}=", StringComparison.Ordinal) || s.StartsWith($"{property}:", StringComparison.Ordinal))];
        Assert.NotEmpty(set);
        await using VaraiHost host = new VaraiHost().Set([.. set.Select(s => s.Split('=', 2)).Select(p => ($"Varai:AlertChannels:x:{p[0]}", (string?)p[1]))]);
        Add(host.Builder.AddVarai(), type);
        // What is bound, whether it is valid or not.
        object bound = Bind(host.App.Services, type);

        foreach (string[] pair in set.Select(s => s.Split('=', 2)))
            Assert.Equal(pair[1], Read(bound, pair[0].Split(':')));
        Assert.NotEqual(Text(type.GetProperty(property)!.GetValue(Activator.CreateInstance(type))), Text(type.GetProperty(property)!.GetValue(bound)));
    }

    [Fact]
    public async Task Sections_WithTheLeast_AreValid()
    {
        foreach ((Type type, (string least, _)) in Settings)
        {
            await using VaraiHost host = new VaraiHost().Set([.. least.Split('|').Select(s => s.Split('=', 2)).Select(p => ($"Varai:AlertChannels:x:{p[0]}", (string?)p[1]))]);
            Add(host.Builder.AddVarai(), type);
            Assert.Equal("x", Assert.Single(host.App.Services.GetServices<IAlertChannel>()).Name);
        }
    }

    private static void Add(VaraiBuilder varai, Type type) => _ = type.Name switch
    {
        nameof(WebhookOptions) => varai.AddWebhook("x"),
        nameof(SlackOptions) => varai.AddSlack("x"),
        nameof(PagerDutyOptions) => varai.AddPagerDuty("x"),
        nameof(TeamsOptions) => varai.AddTeams("x"),
        nameof(TwilioSmsOptions) => varai.AddTwilioSms("x"),
        nameof(SmsGatewayOptions) => varai.AddSmsGateway("x"),
        _ => varai.AddAlertmanager("x"),
    };

    private static object Bind(IServiceProvider services, Type type)
    {
        object bound = Activator.CreateInstance(type)!;
        Type configure = typeof(IConfigureOptions<>).MakeGenericType(type);
        foreach (object? step in services.GetServices(configure))
            typeof(IConfigureNamedOptions<>).MakeGenericType(type).GetMethod("Configure")!.Invoke(step, ["x", bound]);
        return bound;
    }

    private static string Read(object target, string[] path)
    {
        object? value = target.GetType().GetProperty(path[0])!.GetValue(target);
        return path.Length == 1 ? Text(value)
            : value switch
            {
                IDictionary<string, string> map => map[path[1]],
                IList<string> list => list[int.Parse(path[1], System.Globalization.CultureInfo.InvariantCulture)],
                _ => Read(value!, path[1..]),
            };
    }

    private static string Text(object? value) => value switch
    {
        bool flag => flag ? "true" : "false",
        string text => text,
        IEnumerable items => string.Join(';', items.Cast<object>()),
        AlertMessage message => $"{message.Title} {message.Body}",
        _ => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? "",
    };
}
