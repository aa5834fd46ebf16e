using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Varai.Monitoring;
using Varai.Monitoring.Notifications;
using Varai.Tests.TestResources;

namespace Varai.Tests.Monitoring.Notifications;

/// <summary>The same scripts against a real Alertmanager and against our deciding part in virtual time: what is sent, to whom, in which order and with which
/// alerts firing and ended must be the same.</summary>
/// <remarks>
/// A script is a chain: what is told after a notification is told when that has come, and long before the group's next look, so that the times of
/// neither decide. A chain that was held up for so long that a look may have come between (which is seen from the times that were taken) is run again
/// with other names. All scripts run at once, in one Alertmanager.
/// </remarks>
public sealed class AlertmanagerDifferentialTests
{
    private const double GroupWait = 0.5;
    private const double GroupInterval = 1.5;
    private const int Attempts = 5;

    // Half of what is left of an interval when a chain goes on at once.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(0.7);

    // Ends that were told are not told by their senders again here: Alertmanager lists those once more, we don't.
    // "+x" tells that x fires, "-x" that it has ended, "s:x"/"e:x" silences alerts with alertname x and ends it, ">" waits for the next notification of the
    // receiver, "=" waits for that of the second receiver, "." waits three looks and expects nothing.
    private static readonly Dictionary<string, string> Scripts = new(StringComparer.Ordinal)
    {
        ["first_then_end"] = "+A > -A >",
        ["grouped"] = "+A +B +C > -B > +D > -A -C -D >",
        ["ended_before_told"] = "+A -A .",
        ["no_change_is_not_told"] = "+A > .",
        ["told_again_is_not_told"] = "+A > +A .",
        ["comes_back"] = "+A > -A > +A >",
        ["inhibited_from_the_start"] = "+Source/x +Target/x > .",
        ["inhibited_later_and_released"] = "+Target/x +Other/x > +Source/x > -Source/x >",
        ["inhibited_only_with_equal_labels"] = "+Source/x +Target/y >",
        ["silenced_from_the_start"] = "s:A +A +B > -B > e:A >",
        ["silenced_alone"] = "s:A +A .",
        ["silenced_later_end_is_not_told"] = "+A > s:A -A .",
        ["by_name"] = "+A/1 +A/2 > -A/1 > -A/2 >",
        ["two_receivers"] = "+A > = -A > =",
        ["two_receivers_one_without_ends"] = "+A +B > = -A > +C > = -B -C > .",
        ["repeated"] = "+A > > -A >",
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scripts_AgainstAlertmanager_SendTheSame()
    {
        string program = Require.Program("Alertmanager", "sudo apt-get install --no-install-recommends prometheus prometheus-alertmanager", "prometheus-alertmanager", "alertmanager");
        await using AlertmanagerServer server = await AlertmanagerServer.StartAsync(program, Configure, Token);
        (bool IsCompared, string? Difference)[] results = await Task.WhenAll(Scripts.Select(s => CompareAsync(server, s.Key, s.Value)));
        string[] differences = [.. results.Select(r => r.Difference).OfType<string>()];
        Assert.True(differences.Length == 0, string.Join('\n', differences));

        // A live server has its own clock: a machine that is held up again and again has shown nothing, which is no difference.
        Assert.SkipUnless(results.Any(r => r.IsCompared), $"The machine was too busy {Attempts} times for each script.");
    }

    [Fact]
    public void Scripts_InVirtualTime_SendSomethingOrSayThatTheyDoNot()
    {
        foreach ((string name, string script) in Scripts)
            Assert.Equal(script.Split(' ').Count(s => s is ">" or "="), RunVirtually(name, script).Count);
    }

    private static async Task<(bool IsCompared, string? Difference)> CompareAsync(AlertmanagerServer server, string name, string script)
    {
        List<string> expected = RunVirtually(name, script);
        for (int attempt = 1; attempt <= Attempts; attempt++)
        {
            (List<string> sent, bool isInTime) = await RunLiveAsync(server, name, script, attempt);
            if (isInTime)
                return (true, sent.SequenceEqual(expected) ? null : $"{name}: Alertmanager sent [{string.Join(" | ", sent)}], we [{string.Join(" | ", expected)}]");
        }

        return (false, null);
    }

    private static List<string> RunVirtually(string name, string script)
    {
        var run = new VirtualDispatcher(o => ConfigureOurs(o), "hook,second");
        var queues = new Dictionary<string, int>(StringComparer.Ordinal) { ["hook"] = 0, ["second"] = 0 };
        var sent = new List<string>();
        foreach (string step in script.Split(' '))
        {
            switch (step[0])
            {
                case '+':
                    run.Post(run.Alert(Labels(name, 1, step[1..]), run.Now, run.Now + 1000));
                    break;
                case '-':
                    run.Post(run.Alert(Labels(name, 1, step[1..]), 0, run.Now));
                    break;
                case 's':
                    run.Silence(step[2..], run.Now, run.Now + 1000, $"alertname={step[2..]}");
                    break;
                case 'e':
                    run.Apply(new() { Expired = step[2..] });
                    break;
                case '.':
                    int before = run.Sent.Count;
                    run.RunUntil(run.Now + GroupWait + (2.5 * GroupInterval));
                    Assert.Equal(before, run.Sent.Count);
                    break;
                default:
                    string channel = step == ">" ? "hook" : "second";
                    while (run.Sent.Count(s => s.Channel == channel) <= queues[channel])
                        Assert.True(run.RunToNext(), $"{name}: nothing is sent where {step} waits for it");
                    sent.Add(Describe(run.Sent.Where(s => s.Channel == channel).ElementAt(queues[channel]++).Notification));
                    break;
            }
        }

        return sent;
    }

    private static async Task<(List<string> Sent, bool IsInTime)> RunLiveAsync(AlertmanagerServer server, string name, string script, int attempt)
    {
        var sent = new List<string>();
        var started = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        var silences = new Dictionary<string, string>(StringComparer.Ordinal);
        var isInTime = true;
        long since = Stopwatch.GetTimestamp();
        string[] steps = script.Split(' ');
        for (int i = 0; i < steps.Length; i++)
        {
            string step = steps[i];
            DateTimeOffset now = TimeProvider.System.GetUtcNow();
            switch (step[0])
            {
                case '+' or '-':
                    // Those that come together are told together.
                    var alerts = new List<Alert>();
                    for (; i < steps.Length && steps[i][0] == step[0]; i++)
                    {
                        DateTimeOffset start = started.TryGetValue(steps[i][1..], out DateTimeOffset known) && step[0] == '-' ? known : now;
                        started[steps[i][1..]] = start;
                        alerts.Add(new Alert
                        {
                            Labels = VirtualDispatcher.Labels(Labels(name, attempt, steps[i][1..])),
                            StartsAt = start,
                            EndsAt = step[0] == '-' ? now : now.AddSeconds(1000),
                        });
                    }

                    i--;
                    await server.PostAsync(alerts, Token);
                    break;
                case 's':
                    silences[step[2..]] = await server.SilenceAsync([("alertname", step[2..]), ("scenario", name), ("attempt", $"{attempt}")], now, now.AddSeconds(1000), Token);
                    break;
                case 'e':
                    await server.ExpireAsync(silences[step[2..]], Token);
                    break;
                case '.':
                    await Task.Delay(TimeSpan.FromSeconds(GroupWait + (2.5 * GroupInterval)), TimeProvider.System, Token);
                    if (server.TryRead($"/hook/{name}/{attempt}") is { } unexpected)
                        sent.Add(Describe(unexpected));
                    break;
                default:
                    // Everything before this was told between the last look and the next, if it was quick enough.
                    isInTime &= Stopwatch.GetElapsedTime(since) < (sent.Count == 0 ? TimeSpan.FromSeconds(GroupWait * 0.8) : Margin);
                    JsonNode received = await server.ReadAsync($"/{(step == ">" ? "hook" : "second")}/{name}/{attempt}", Token);
                    sent.Add(Describe(received));
                    since = Stopwatch.GetTimestamp();
                    break;
            }
        }

        isInTime &= steps[^1] == "." || Stopwatch.GetElapsedTime(since) < Margin;
        return (sent, isInTime);
    }

    private static string Labels(string name, int attempt, string alert)
    {
        string[] parts = alert.Split('/');
        return $"alertname={parts[0]}{(parts.Length > 1 ? $",zone={parts[1]}" : "")},scenario={name},attempt={attempt}";
    }

    private static string Describe(AlertNotification notification) => Describe(
        notification.GroupLabels, notification.Alerts.Select(a => (a.Labels, IsFiring: a.StatusAt(notification.At) == AlertStatus.Firing)), notification.Status == AlertStatus.Firing);

    private static string Describe(JsonNode received) => Describe(
        Read(received["groupLabels"]!),
        received["alerts"]!.AsArray().Select(a => (Read(a!["labels"]!), (string)a!["status"]! == "firing")),
        (string)received["status"]! == "firing");

    private static string Describe(
        IReadOnlyDictionary<string, string> group, IEnumerable<(IReadOnlyDictionary<string, string> Labels, bool IsFiring)> alerts, bool isFiring)
    {
        static string Text(IReadOnlyDictionary<string, string> labels) => string.Join(',', labels.Where(l => l.Key is not ("attempt" or "scenario")).OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}"));
        return $"{(isFiring ? "firing" : "resolved")} {{{Text(group)}}} {string.Join(' ', alerts.Select(a => $"{(a.IsFiring ? '+' : '-')}{Text(a.Labels)}").Order(StringComparer.Ordinal))}";
    }

    private static IReadOnlyDictionary<string, string> Read(JsonNode labels) => labels.AsObject().ToDictionary(l => l.Key, l => (string)l.Value!, StringComparer.Ordinal);

    private static int Milliseconds(double seconds) => (int)Math.Round(seconds * 1000);

    private static string GroupBy(string name) => name == "by_name" ? "alertname" : "scenario";

    private static double Repeat(string name) => name == "repeated" ? GroupInterval * 0.8 : 3600;

    private static string Configure(string address)
    {
        var text = new StringBuilder(FormattableString.Invariant($"""
            route:
              receiver: none
              group_wait: {Milliseconds(GroupWait)}ms
              group_interval: {Milliseconds(GroupInterval)}ms
              repeat_interval: 1h
              routes:

            """));
        var receivers = new StringBuilder("receivers:\n- name: none\n");
        foreach (string name in Scripts.Keys)
        {
            for (int attempt = 1; attempt <= Attempts; attempt++)
            {
                text.Append(FormattableString.Invariant($"""
                      - matchers: [ scenario="{name}", attempt="{attempt}" ]
                        receiver: {name}_{attempt}
                        group_by: [ {GroupBy(name)} ]
                        repeat_interval: {Milliseconds(Repeat(name))}ms

                    """));
                receivers.Append(FormattableString.Invariant($"""
                    - name: {name}_{attempt}
                      webhook_configs:
                      - url: {address}hook/{name}/{attempt}
                      - url: {address}second/{name}/{attempt}
                        send_resolved: {(name == "two_receivers_one_without_ends" ? "false" : "true")}

                    """));
            }
        }

        return $"""
            {text}inhibit_rules:
            - source_matchers: [ alertname="Source" ]
              target_matchers: [ alertname="Target" ]
              equal: [ zone, scenario, attempt ]
            {receivers}
            """;
    }

    private static void ConfigureOurs(AlertNotificationOptions options)
    {
        options.ReceiverLimit = 0;
        options.FlapLimit = 0;
        options.Receivers["none"] = new AlertReceiverSettings();
        options.Route.Receiver = "none";
        options.Route.GroupWait = TimeSpan.FromSeconds(GroupWait);
        options.Route.GroupInterval = TimeSpan.FromSeconds(GroupInterval);
        options.InhibitRules.Add(new AlertInhibitRuleSettings { SourceMatchers = { "alertname=Source" }, TargetMatchers = { "alertname=Target" }, Equal = { "zone", "scenario", "attempt" } });
        foreach (string name in Scripts.Keys)
        {
            options.Receivers[name] = new AlertReceiverSettings
            {
                Channels =
                {
                    new AlertReceiverChannelSettings { Channel = "hook" },
                    new AlertReceiverChannelSettings { Channel = "second", SendResolved = name != "two_receivers_one_without_ends" },
                },
            };
            options.Route.Routes.Add(new AlertRouteSettings
            {
                Matchers = { $"scenario={name}" },
                Receiver = name,
                GroupBy = { GroupBy(name) },
                RepeatInterval = TimeSpan.FromSeconds(Repeat(name)),
            });
        }
    }
}
