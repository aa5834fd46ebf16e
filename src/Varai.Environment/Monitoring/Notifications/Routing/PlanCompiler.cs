using System.Globalization;

namespace Varai.Monitoring.Notifications.Routing;

/// <summary>Makes a plan of the options.</summary>
internal sealed class PlanCompiler
{
    public const int MostAlertsOfNotification = 10_000;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    private readonly AlertNotificationOptions _options;
    private readonly IReadOnlyCollection<string>? _channels;
    private readonly Dictionary<string, TimeInterval> _intervals = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<ReceiverChannel>> _receivers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, EscalationPolicy> _policies = new(StringComparer.Ordinal);

    private PlanCompiler(AlertNotificationOptions options, IReadOnlyCollection<string>? channels)
    {
        _options = options;
        _channels = channels;
    }

    public PlanErrors Errors { get; } = new();

    /// <summary>Compiles.</summary>
    /// <param name="options">The options.</param>
    /// <param name="channels">The names of the channels there are; null when they are not known yet, and then names are not checked.</param>
    /// <param name="errors">What is wrong; the plan is of no use when anything is.</param>
    /// <param name="forwarding">The names of those that hand alerts on; null for none.</param>
    public static NotificationPlan Compile(AlertNotificationOptions options, IReadOnlyCollection<string>? channels, out PlanErrors errors, IReadOnlyCollection<string>? forwarding = null)
    {
        var compiler = new PlanCompiler(options, channels);
        errors = compiler.Errors;
        return compiler.Compile(forwarding ?? []);
    }

    private NotificationPlan Compile(IReadOnlyCollection<string> forwarding)
    {
        CheckOptions();
        foreach ((string name, AlertTimeIntervalSettings settings) in _options.TimeIntervals)
            _intervals[name] = CompileInterval($"{nameof(_options.TimeIntervals)}:{name}", name, settings);
        CompileReceivers();
        foreach ((string name, AlertEscalationSettings settings) in _options.EscalationPolicies)
            _policies[name] = CompilePolicy($"{nameof(_options.EscalationPolicies)}:{name}", name, settings);
        if (_options.Watchdog.Receiver is { } watchdog)
            CheckReceiver($"{nameof(_options.Watchdog)}:{nameof(_options.Watchdog.Receiver)}", watchdog);
        CompiledRoute root = CompileRoute(nameof(_options.Route), _options.Route, parent: null, parentKey: "", place: "");
        return new NotificationPlan
        {
            Root = root,
            Receivers = _receivers,
            Channels = [.. _channels ?? []],
            ForwardingChannels = forwarding.ToHashSet(StringComparer.Ordinal),
            InhibitRules = [.. _options.InhibitRules.Select(CompileInhibit)],
            Options = _options,
        };
    }

    private void CheckOptions()
    {
        Errors.CheckRange(nameof(_options.ResolveTimeout), _options.ResolveTimeout, Second, 7 * Day);
        Errors.CheckRange(nameof(_options.MaxAlertsPerNotification), _options.MaxAlertsPerNotification, 1, MostAlertsOfNotification);
        Errors.CheckRange(nameof(_options.ReceiverLimit), _options.ReceiverLimit, 0, 10_000);
        Errors.CheckRange(nameof(_options.ReceiverWindow), _options.ReceiverWindow, Second, 7 * Day);
        Errors.CheckRange(nameof(_options.FlapLimit), _options.FlapLimit, 0, 1_000);
        Errors.CheckRange(nameof(_options.FlapWindow), _options.FlapWindow, Second, 7 * Day);
        Errors.CheckRange(nameof(_options.LeaseDuration), _options.LeaseDuration, Second, TimeSpan.FromHours(1));
        Errors.CheckRange(nameof(_options.HistoryRetention), _options.HistoryRetention, Day, 1826 * Day);
        Errors.CheckRange($"{nameof(_options.Watchdog)}:{nameof(_options.Watchdog.Interval)}", _options.Watchdog.Interval, Second, 7 * Day);
        if (_options.ExternalUrl is { IsAbsoluteUri: false } url)
            Errors.Add(nameof(_options.ExternalUrl), url, "must be an absolute address");
    }

    private TimeInterval CompileInterval(string key, string name, AlertTimeIntervalSettings settings)
    {
        if (settings.Periods.Count == 0)
            Errors.Add($"{key}:{nameof(settings.Periods)}", "", "must have at least one period");
        return new TimeInterval(name, [.. settings.Periods.Select((p, i) => CompilePeriod($"{key}:{nameof(settings.Periods)}:{i}", p))]);
    }

    private TimePeriod CompilePeriod(string key, AlertTimePeriodSettings settings) => new(
        Errors.Read($"{key}:{nameof(settings.Times)}", settings.Times, TimeOfDay.ParseRange),
        Errors.Read($"{key}:{nameof(settings.Weekdays)}", settings.Weekdays, NumberRange.ParseWeekdays),
        Errors.Read($"{key}:{nameof(settings.DaysOfMonth)}", settings.DaysOfMonth, NumberRange.ParseDays),
        Errors.Read($"{key}:{nameof(settings.Months)}", settings.Months, NumberRange.ParseMonths),
        Errors.Read($"{key}:{nameof(settings.Years)}", settings.Years, NumberRange.ParseYears),
        FindZone($"{key}:{nameof(settings.TimeZone)}", settings.TimeZone));

    private TimeZoneInfo FindZone(string key, string? name)
    {
        if (name is null)
            return TimeZoneInfo.Utc;
        if (name == "Local")
            return TimeZoneInfo.Local;
        if (TimeZoneInfo.TryFindSystemTimeZoneById(name, out TimeZoneInfo? zone))
            return zone;
        Errors.Add(key, name, "must be a time zone that this machine knows, such as Europe/Vienna");
        return TimeZoneInfo.Utc;
    }

    private void CompileReceivers()
    {
        foreach ((string name, AlertReceiverSettings settings) in _options.Receivers)
        {
            var channels = new List<ReceiverChannel>();
            for (int i = 0; i < settings.Channels.Count; i++)
            {
                AlertReceiverChannelSettings channel = settings.Channels[i];
                string key = $"{nameof(_options.Receivers)}:{name}:{nameof(settings.Channels)}:{i}:{nameof(channel.Channel)}";
                if (string.IsNullOrWhiteSpace(channel.Channel))
                    Errors.Add(key, channel.Channel, "must be the name of a channel");
                else if (_channels is not null && !_channels.Contains(channel.Channel))
                    Errors.AddUnknown(key, channel.Channel, _channels, "a channel");
                else if (channels.Any(c => c.Channel == channel.Channel))
                    Errors.Add(key, channel.Channel, "must not be named twice by one receiver");
                else
                    channels.Add(new ReceiverChannel(channel.Channel, channel.SendResolved));
            }

            _receivers[name] = channels;
        }

        _receivers.TryAdd(NotificationPlan.DefaultReceiver, [.. (_channels ?? []).Order(StringComparer.Ordinal).Select(c => new ReceiverChannel(c, SendResolved: true))]);
    }

    private EscalationPolicy CompilePolicy(string key, string name, AlertEscalationSettings settings)
    {
        if (settings.Steps.Count is 0 or > 20)
            Errors.Add($"{key}:{nameof(settings.Steps)}", string.Create(CultureInfo.InvariantCulture, $"{settings.Steps.Count} steps"), "must have from 1 to 20");
        Errors.CheckRange($"{key}:{nameof(settings.Repeat)}", settings.Repeat, 0, 5);
        Errors.CheckRange($"{key}:{nameof(settings.LastResortAfter)}", settings.LastResortAfter, Second, Day);
        var steps = new List<EscalationStep>();
        for (int i = 0; i < settings.Steps.Count; i++)
        {
            AlertEscalationStepSettings step = settings.Steps[i];
            Errors.CheckRange($"{key}:{nameof(settings.Steps)}:{i}:{nameof(step.After)}", step.After, Second, 7 * Day);
            string receivers = $"{key}:{nameof(settings.Steps)}:{i}:{nameof(step.Receivers)}";
            if (step.Receivers.Count == 0)
                Errors.Add(receivers, "", "must name at least one receiver");
            for (int r = 0; r < step.Receivers.Count; r++)
                CheckReceiver($"{receivers}:{r}", step.Receivers[r]);
            steps.Add(new EscalationStep(step.After, [.. step.Receivers]));
        }

        if (settings.LastResort is { } last)
            CheckReceiver($"{key}:{nameof(settings.LastResort)}", last);
        IReadOnlyList<TimeInterval> quiet = Errors.Find($"{key}:{nameof(settings.QuietTimeIntervals)}", settings.QuietTimeIntervals, _intervals, "a time interval");
        return new EscalationPolicy(name, steps, settings.Repeat, quiet, settings.LastResort, settings.LastResortAfter);
    }

    private InhibitRule CompileInhibit(AlertInhibitRuleSettings settings, int index)
    {
        string key = $"{nameof(_options.InhibitRules)}:{index}";
        if (settings.SourceMatchers.Count == 0)
            Errors.Add($"{key}:{nameof(settings.SourceMatchers)}", "", "must have at least one matcher");
        if (settings.TargetMatchers.Count == 0)
            Errors.Add($"{key}:{nameof(settings.TargetMatchers)}", "", "must have at least one matcher");
        return new InhibitRule(
            Errors.Read($"{key}:{nameof(settings.SourceMatchers)}", settings.SourceMatchers, MatcherText.Parse),
            Errors.Read($"{key}:{nameof(settings.TargetMatchers)}", settings.TargetMatchers, MatcherText.Parse),
            [.. settings.Equal.Distinct(StringComparer.Ordinal)]);
    }

    private CompiledRoute CompileRoute(string key, AlertRouteSettings settings, CompiledRoute? parent, string parentKey, string place)
    {
        if (parent is null)
            CheckRoot(key, settings);
        IReadOnlyList<LabelMatcher> matchers = Errors.Read($"{key}:{nameof(settings.Matchers)}", settings.Matchers, MatcherText.Parse);
        string ownKey = parent is null ? matchers.Write() : $"{parentKey}/{matchers.Write()}";
        string receiver = settings.Receiver ?? parent?.Receiver ?? NotificationPlan.DefaultReceiver;
        CheckReceiver($"{key}:{nameof(settings.Receiver)}", receiver);
        bool inheritsGroups = settings.GroupBy.Count == 0 && parent is not null;
        bool groupsByAll = settings.GroupBy.Contains("...");
        if (groupsByAll && settings.GroupBy.Count > 1)
            Errors.Add($"{key}:{nameof(settings.GroupBy)}", string.Join(", ", settings.GroupBy), "must be '...' alone, or names of labels");
        var route = new CompiledRoute
        {
            Id = ownKey + place,
            Receiver = receiver,
            Matchers = matchers,
            Continue = settings.Continue,
            GroupBy = inheritsGroups ? parent!.GroupBy : settings.GroupBy.ToHashSet(StringComparer.Ordinal),
            GroupsByAll = inheritsGroups ? parent!.GroupsByAll : groupsByAll,
            GroupWait = Wait(key, nameof(settings.GroupWait), settings.GroupWait, parent?.GroupWait, TimeSpan.FromSeconds(30), TimeSpan.Zero, Day),
            GroupInterval = Wait(key, nameof(settings.GroupInterval), settings.GroupInterval, parent?.GroupInterval, TimeSpan.FromMinutes(5), Millisecond, Day),
            RepeatInterval = Wait(key, nameof(settings.RepeatInterval), settings.RepeatInterval, parent?.RepeatInterval, TimeSpan.FromHours(4), Millisecond, 365 * Day),
            Mute = Errors.Find($"{key}:{nameof(settings.MuteTimeIntervals)}", settings.MuteTimeIntervals, _intervals, "a time interval"),
            Active = Errors.Find($"{key}:{nameof(settings.ActiveTimeIntervals)}", settings.ActiveTimeIntervals, _intervals, "a time interval"),
            Escalation = FindPolicy(key, settings.Escalation, parent),
        };
        route.Routes = [.. settings.Routes.Select((r, i) => CompileRoute(
            $"{key}:{nameof(settings.Routes)}:{i}", r, route, ownKey, string.Create(CultureInfo.InvariantCulture, $"{place}/{i}")))];
        return route;
    }

    private void CheckRoot(string key, AlertRouteSettings settings)
    {
        if (settings.Matchers.Count > 0)
            Errors.Add($"{key}:{nameof(settings.Matchers)}", string.Join(", ", settings.Matchers), "the root takes every alert: put matchers on a route below it");
        if (settings.MuteTimeIntervals.Count + settings.ActiveTimeIntervals.Count > 0)
        {
            string named = string.Join(", ", settings.MuteTimeIntervals.Concat(settings.ActiveTimeIntervals));
            Errors.Add(key, named, "the root tells at all times: put time intervals on a route below it");
        }
    }

    private EscalationPolicy? FindPolicy(string key, string? name, CompiledRoute? parent)
    {
        if (name is null)
            return parent?.Escalation;
        if (_policies.TryGetValue(name, out EscalationPolicy? policy))
            return policy;
        if (name != "none")
            Errors.AddUnknown($"{key}:{nameof(AlertRouteSettings.Escalation)}", name, _policies.Keys, "an escalation policy");
        return null;
    }

    private TimeSpan Wait(string key, string name, TimeSpan? own, TimeSpan? above, TimeSpan otherwise, TimeSpan least, TimeSpan greatest)
    {
        if (own is { } value)
            Errors.CheckRange($"{key}:{name}", value, least, greatest);
        return own ?? above ?? otherwise;
    }

    private void CheckReceiver(string key, string name)
    {
        if (!_receivers.ContainsKey(name))
            Errors.AddUnknown(key, name, _receivers.Keys, "a receiver");
    }
}
