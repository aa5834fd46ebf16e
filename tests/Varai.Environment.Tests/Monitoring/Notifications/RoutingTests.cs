using Microsoft.Extensions.Options;
using Varai.Monitoring;
using Varai.Monitoring.Notifications;
using Varai.Monitoring.Notifications.Dispatching;
using Varai.Monitoring.Notifications.Routing;

namespace Varai.Tests.Monitoring.Notifications;

/// <summary>Tables of routes, inhibition and matchers, the facts of which are Alertmanager's (dispatch, inhibit and labels, Apache-2.0), restated.</summary>
public sealed class RoutingTests
{
    [Theory]
    [InlineData("owner=nobody", "{}=notify-default|30,300,14400|")]
    [InlineData("owner=team-A", """{}/{owner="team-A"}/0=notify-A|30,300,14400|""")]
    [InlineData("owner=team-A,env=testing", """{}/{owner="team-A"}/{env="testing"}/0/0=notify-testing|30,300,14400|...""")]
    [InlineData("owner=team-A,env=production", """{}/{owner="team-A"}/{env="production"}/0/1=notify-productionA|60,300,3600| {}/{owner="team-A"}/{env=~"produ.*"}/0/2=notify-productionB|30,600,14400|job""")]
    [InlineData("owner=team-B", """{}/{owner=~"team-(B|C)"}/1=notify-BC|30,300,14400|bar,foo""")]
    [InlineData("owner=team-C", """{}/{owner=~"team-(B|C)"}/1=notify-BC|30,300,14400|bar,foo""")]
    [InlineData("owner=xteam-C", "{}=notify-default|30,300,14400|")]
    [InlineData("group_by=role", """{}/{group_by="role"}/2=notify-default|30,300,14400|role""")]
    [InlineData("group_by=role,env=testing", """{}/{group_by="role"}/{env="testing"}/2/0=notify-testing|30,300,14400|role""")]
    [InlineData("group_by=role,env=production", """{}/{group_by="role"}/{env!="",env!="testing"}/2/1=notify-other|30,300,14400|role""")]
    public void Match_TheTree_IsDepthFirstFirstMatchUnlessContinued(string labels, string expected)
    {
        NotificationPlan plan = Compile(o =>
        {
            foreach (string receiver in (string[])["notify-default", "notify-A", "notify-testing", "notify-productionA", "notify-productionB", "notify-BC", "notify-other"])
                o.Receivers[receiver] = new AlertReceiverSettings();
            o.Route.Receiver = "notify-default";
            o.Route.Routes.Add(new AlertRouteSettings
            {
                Receiver = "notify-A",
                Matchers = { "owner=team-A" },
                Routes =
                {
                    new AlertRouteSettings { Receiver = "notify-testing", Matchers = { "env=\"testing\"" }, GroupBy = { "..." } },
                    new AlertRouteSettings
                    {
                        Receiver = "notify-productionA", Matchers = { "env=production" }, GroupWait = TimeSpan.FromMinutes(1), RepeatInterval = TimeSpan.FromHours(1), Continue = true,
                    },
                    new AlertRouteSettings { Receiver = "notify-productionB", Matchers = { "env=~produ.*" }, GroupInterval = TimeSpan.FromMinutes(10), GroupBy = { "job" } },
                },
            });
            o.Route.Routes.Add(new AlertRouteSettings { Receiver = "notify-BC", Matchers = { "owner=~team-(B|C)" }, GroupBy = { "foo", "bar" } });
            o.Route.Routes.Add(new AlertRouteSettings
            {
                Matchers = { "group_by=role" },
                GroupBy = { "role" },
                Routes =
                {
                    new AlertRouteSettings { Receiver = "notify-testing", Matchers = { "env=testing" } },
                    new AlertRouteSettings { Receiver = "notify-other", Matchers = { "env!=testing", "env!=\"\"" } },
                },
            });
        });

        string found = string.Join(' ', plan.Root.Match(VirtualDispatcher.Labels(labels)).Select(r =>
            $"{r.Id}={r.Receiver}|{r.GroupWait.TotalSeconds},{r.GroupInterval.TotalSeconds},{r.RepeatInterval.TotalSeconds}|{(r.GroupsByAll ? "..." : string.Join(',', r.GroupBy.Order(StringComparer.Ordinal)))}"));

        Assert.Equal(expected, found);
    }

    [Fact]
    public void Compile_NothingConfigured_IsOneReceiverWithAllChannelsAndAlertmanagersTimes()
    {
        NotificationPlan plan = Compile(static _ => { }, "slack", "email");

        Assert.Equal((TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5), TimeSpan.FromHours(4)), (plan.Root.GroupWait, plan.Root.GroupInterval, plan.Root.RepeatInterval));
        Assert.Equal([new ReceiverChannel("email", true), new ReceiverChannel("slack", true)], plan.Receivers["default"]);
    }

    [Theory]
    [InlineData("severity=critical", "severity", LabelComparison.Equal, "critical")]
    [InlineData(" severity = \"critical\" ", "severity", LabelComparison.Equal, "critical")]
    [InlineData("a!=b", "a", LabelComparison.NotEqual, "b")]
    [InlineData("a=~\"b|c\"", "a", LabelComparison.Matches, "b|c")]
    [InlineData("a!~b.*", "a", LabelComparison.DoesNotMatch, "b.*")]
    [InlineData("a=", "a", LabelComparison.Equal, "")]
    [InlineData("a=\"\"", "a", LabelComparison.Equal, "")]
    [InlineData("a==b", "a", LabelComparison.Equal, "=b")]
    [InlineData("\"http.status code\"=\"5\"", "http.status code", LabelComparison.Equal, "5")]
    [InlineData("""a="say \"hi\"\n\\" """, "a", LabelComparison.Equal, "say \"hi\"\n\\")]
    [InlineData("größe=ä", "größe", LabelComparison.Equal, "ä")]
    public void Parse_AMatcher_IsRead(string text, string label, LabelComparison comparison, string value)
    {
        LabelMatcher matcher = MatcherText.Parse(text);

        Assert.Equal((label, comparison, value), (matcher.Label, matcher.Comparison, matcher.Value));
        LabelMatcher again = MatcherText.Parse(matcher.ToString().Replace("\n", "\\n", StringComparison.Ordinal));
        if (label.All(char.IsLetter))
            Assert.Equal((label, comparison, value), (again.Label, again.Comparison, again.Value));
    }

    [Theory]
    [InlineData("")]
    [InlineData("=x")]
    [InlineData("a")]
    [InlineData("a~b")]
    [InlineData("a=\"b")]
    [InlineData("a=\"b\"c")]
    [InlineData("a=b\"c\"")]
    [InlineData("a=\"\\x\"")]
    [InlineData("a=~(")]
    [InlineData("a=~\"(?=x)\"")]
    [InlineData("\"a=b")]
    public void Parse_NoMatcher_SaysWhy(string text) => Assert.NotEmpty(Assert.Throws<FormatException>(() => MatcherText.Parse(text)).Message);

    [Theory]
    // Source firing, target, whether it is inhibited; the rule: s=1 inhibits t=1 with equal e.
    [InlineData("s=1,e=a", "t=1,e=a", true)]
    [InlineData("s=1,e=a", "t=1,e=b", false)]
    [InlineData("s=1", "t=1", true)]
    [InlineData("s=1,e=a", "t=1", false)]
    [InlineData("s=1", "t=1,e=a", false)]
    [InlineData("s=2,e=a", "t=1,e=a", false)]
    [InlineData("s=1,e=a", "t=2,e=a", false)]
    [InlineData("s=1,t=1,e=a", "t=1,e=a", true)]
    [InlineData("s=1,t=1,e=a", "s=1,t=1,e=a", false)]
    [InlineData("s=1,t=1,e=a,x=1", "s=1,t=1,e=a", false)]
    [InlineData("s=1,e=a;s=1,t=1,e=a,x=1", "s=1,t=1,e=a", true)]
    public void Inhibition_TheTable_IsAlertmanagers(string firing, string target, bool isInhibited)
    {
        NotificationPlan plan = Compile(o => o.InhibitRules.Add(new AlertInhibitRuleSettings { SourceMatchers = { "s=1" }, TargetMatchers = { "t=1" }, Equal = { "e" } }));
        IEnumerable<AlertEntry> sources = firing.Split(';').Select(VirtualDispatcher.Labels).Select((labels, i) => new AlertEntry
        {
            Fingerprint = new Alert { Labels = labels, StartsAt = default }.Fingerprint,
            Labels = labels,
            Annotations = labels,
            StartsAt = default,
            From = default,
            EndsAt = DateTimeOffset.MaxValue,
            IsTimeout = false,
            UpdatedAt = default,
        });

        Assert.Equal(isInhibited, new Inhibition(plan.InhibitRules, sources).Find(VirtualDispatcher.Labels(target)).Count > 0);
    }

    [Fact]
    public void Validate_ManyMistakes_EachNamesKeyValueAndRule()
    {
        var options = new AlertNotificationOptions { ResolveTimeout = TimeSpan.Zero, ReceiverLimit = -1 };
        options.Route.Receiver = "nobody";
        options.Route.Matchers.Add("a=b");
        options.Route.Routes.Add(new AlertRouteSettings { Matchers = { "a" }, MuteTimeIntervals = { "nights" }, Escalation = "team", GroupWait = TimeSpan.FromDays(2) });
        options.Route.Routes[0].Routes.Add(new AlertRouteSettings { GroupBy = { "...", "a" } });
        options.InhibitRules.Add(new AlertInhibitRuleSettings());
        options.TimeIntervals["weekend"] = new AlertTimeIntervalSettings
        {
            Periods =
            {
                new AlertTimePeriodSettings { Times = { "9-17" }, Weekdays = { "saturday:monday" }, DaysOfMonth = { "5:1" }, Months = { "march:january" }, Years = { "x" }, TimeZone = "Mars/Phobos" },
            },
        };
        options.EscalationPolicies["oncall"] = new AlertEscalationSettings { Repeat = 6, Steps = { new AlertEscalationStepSettings { Receivers = { "boss" } } } };
        options.Receivers["empty"] = new AlertReceiverSettings { Channels = { new AlertReceiverChannelSettings() } };

        ValidateOptionsResult result = new AlertNotificationOptionsValidator().Validate(name: null, options);

        Assert.Equal(
            [
                "Varai:AlertNotifications:ResolveTimeout is '00:00:00', but must be from 00:00:01 to 7.00:00:00.",
                "Varai:AlertNotifications:ReceiverLimit is '-1', but must be from 0 to 10000.",
                "Varai:AlertNotifications:TimeIntervals:weekend:Periods:0:Times:0 is '9-17', but must be two times of the day such as 09:00-17:00, up to 24:00, the first before the second.",
                "Varai:AlertNotifications:TimeIntervals:weekend:Periods:0:Weekdays:0 is 'saturday:monday', but must be a day of the week or two such as monday:friday, from Sunday on.",
                "Varai:AlertNotifications:TimeIntervals:weekend:Periods:0:DaysOfMonth:0 is '5:1', but must be a day of the month or two such as 1:5 or -3:-1, from 1 to 31 or -31 to -1, of which the first can come before the second.",
                "Varai:AlertNotifications:TimeIntervals:weekend:Periods:0:Months:0 is 'march:january', but must be a month or two such as january:march or 1:3.",
                "Varai:AlertNotifications:TimeIntervals:weekend:Periods:0:Years:0 is 'x', but must be a year or two such as 2026:2028.",
                "Varai:AlertNotifications:TimeIntervals:weekend:Periods:0:TimeZone is 'Mars/Phobos', but must be a time zone that this machine knows, such as Europe/Vienna.",
                "Varai:AlertNotifications:Receivers:empty:Channels:0:Channel is '', but must be the name of a channel.",
                "Varai:AlertNotifications:EscalationPolicies:oncall:Repeat is '6', but must be from 0 to 5.",
                "Varai:AlertNotifications:EscalationPolicies:oncall:Steps:0:Receivers:0 is 'boss', but must be the name of a receiver; there are: default, empty.",
                "Varai:AlertNotifications:Route:Matchers is 'a=b', but the root takes every alert: put matchers on a route below it.",
                "Varai:AlertNotifications:Route:Receiver is 'nobody', but must be the name of a receiver; there are: default, empty.",
                "Varai:AlertNotifications:Route:Routes:0:Matchers:0 is 'a', but must have =, !=, =~ or !~ after the label.",
                "Varai:AlertNotifications:Route:Routes:0:Receiver is 'nobody', but must be the name of a receiver; there are: default, empty.",
                "Varai:AlertNotifications:Route:Routes:0:GroupWait is '2.00:00:00', but must be from 00:00:00 to 1.00:00:00.",
                "Varai:AlertNotifications:Route:Routes:0:MuteTimeIntervals:0 is 'nights', but must be the name of a time interval; there are: weekend.",
                "Varai:AlertNotifications:Route:Routes:0:Escalation is 'team', but must be the name of an escalation policy; there are: oncall.",
                "Varai:AlertNotifications:Route:Routes:0:Routes:0:Receiver is 'nobody', but must be the name of a receiver; there are: default, empty.",
                "Varai:AlertNotifications:Route:Routes:0:Routes:0:GroupBy is '..., a', but must be '...' alone, or names of labels.",
                "Varai:AlertNotifications:InhibitRules:0:SourceMatchers is '', but must have at least one matcher.",
                "Varai:AlertNotifications:InhibitRules:0:TargetMatchers is '', but must have at least one matcher.",
            ],
            result.Failures!);
    }

    [Fact]
    public void Compile_AChannelThatIsNotThere_IsNamedWithThoseThatAre()
    {
        var options = new AlertNotificationOptions();
        options.Receivers["a"] = new AlertReceiverSettings { Channels = { new AlertReceiverChannelSettings { Channel = "slak" } } };

        PlanCompiler.Compile(options, ["slack", "email"], out PlanErrors errors);

        Assert.Equal(["Varai:AlertNotifications:Receivers:a:Channels:0:Channel is 'slak', but must be the name of a channel; there are: email, slack."], errors.Messages);
    }

    private static NotificationPlan Compile(Action<AlertNotificationOptions> configure, params string[] channels)
    {
        var options = new AlertNotificationOptions();
        configure(options);
        NotificationPlan plan = PlanCompiler.Compile(options, channels, out PlanErrors errors);
        Assert.Empty(errors.Messages);
        return plan;
    }
}
