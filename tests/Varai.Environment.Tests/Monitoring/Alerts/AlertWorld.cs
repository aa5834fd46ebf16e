using Microsoft.Extensions.Time.Testing;
using Varai.Monitoring;
using Varai.Monitoring.Alerts;
using Varai.Monitoring.Windows;

namespace Varai.Tests.Monitoring.Alerts;

/// <summary>Rules over values that a test sets, evaluated once a minute.</summary>
internal sealed class AlertWorld
{
    public static readonly DateTimeOffset Start = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly AlertRule[] _rules;
    private readonly string _environment;

    public AlertWorld(string environment, params AlertRule[] rules)
    {
        (_environment, _rules) = (environment, rules);
        Assert.All(rules, r => Assert.Empty(AlertRuleChecks.Find(r)));
        Set = new AlertRuleSet(rules, Windows, environment, new WindowClock(Time));
    }

    public AlertWorld(params AlertRule[] rules)
        : this("production", rules)
    {
    }

    public FakeTimeProvider Time { get; } = new(Start);

    public SetWindows Windows { get; } = new();

    public AlertRuleSet Set { get; private set; }

    public static AlertRule Rule(Func<AlertRuleBuilder, AlertRuleBuilder> build, string name = "rule") => build(new AlertRuleBuilder(name)).Build();

    /// <summary>Evaluates with a value of the series "", then lets a minute pass.</summary>
    /// <returns>The state of the first rule.</returns>
    public AlertState Minute(double? value)
    {
        Windows[""] = value;
        return Minute();
    }

    public AlertState Minute()
    {
        Set.Evaluate();
        AlertState state = Set.GetStatus()[0].State;
        Time.Advance(TimeSpan.FromMinutes(1));
        return state;
    }

    /// <summary>The first letters of the states of a run of values.</summary>
    public string Run(params double?[] values) => string.Concat(values.Select(v => Minute(v).ToString()[0]));

    /// <summary>What is told now, and counts as told.</summary>
    public IReadOnlyList<Alert> Tell()
    {
        IReadOnlyList<AlertTelling> tellings = Set.FindTellings(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(4));
        Set.Acknowledge(tellings);
        return [.. tellings.Select(t => t.Alert)];
    }

    /// <summary>Begins anew with what is remembered, after a while.</summary>
    public void Restart(TimeSpan away)
    {
        AlertMemory memory = Set.Remember();
        Time.Advance(away);
        Set = new AlertRuleSet(_rules, Windows, _environment, new WindowClock(Time));
        Set.Restore(memory, TimeSpan.FromHours(1), grace: TimeSpan.Zero);
    }
}
