using Varai;
using Varai.Monitoring;
using Varai.Monitoring.Alerts;
using Varai.Monitoring.ServiceLevels;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds alert rules.</summary>
public static class VaraiAlertRuleBuilderExtensions
{
    /// <summary>Evaluates alert rules while the host runs, and adds <see cref="IAlertRules"/>; monitoring is added with it. A second call sets more
    /// options.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options, after those of the section <c>Varai:AlertRules</c>.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddAlertRules(this VaraiBuilder builder, Action<AlertRulesOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddVaraiAlertRules();
        if (configure is not null)
            builder.Services.Configure(configure);
        return builder;
    }

    /// <summary>Adds an alert rule; <see cref="AddAlertRules"/> is called with it.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The rule's name.</param>
    /// <param name="build">Says what it asks, and when that is wrong.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">Something is wrong with the rule, or there is one of that name.</exception>
    public static VaraiBuilder AddAlertRule(this VaraiBuilder builder, string name, Action<AlertRuleBuilder> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        var rule = new AlertRuleBuilder(name);
        build(rule);
        return builder.AddAlertRule(rule.Build());
    }

    /// <summary>Adds an alert rule; <see cref="AddAlertRules"/> is called with it.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="rule">The rule.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">Something is wrong with the rule, or there is one of that name.</exception>
    public static VaraiBuilder AddAlertRule(this VaraiBuilder builder, AlertRule rule)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(rule);
        AlertRuleChecks.ThrowIfInvalid(rule, nameof(rule));
        if (builder.Services.Any(s => s.ServiceType == typeof(AlertRule) && s.ImplementationInstance is AlertRule other && other.Name == rule.Name))
            throw new ArgumentException($"There is an alert rule '{rule.Name}' already.", nameof(rule));
        builder.AddAlertRules();
        builder.Services.AddSingleton(rule);
        return builder;
    }

    /// <summary>Adds an alert rule for each pair of windows over which the error budget of an objective may burn too fast
    /// (<see cref="ServiceLevelObjective.GetBurnRateWindows"/>): critical for a page, a warning for a ticket. They are called
    /// <c>NAME_burn_rate_page_60m</c> and so on. <see cref="AddAlertRules"/> is called with it; the objective is added by
    /// <c>AddServiceLevelObjective</c>. A second call with the same objective changes nothing.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="objective">The objective.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddBurnRateAlerts(this VaraiBuilder builder, ServiceLevelObjective objective)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(objective);
        builder.AddAlertRules();
        if (builder.Services.Any(s => s.ImplementationInstance is BurnRateAlerts known && known.Objective == objective.Name))
            return builder;
        builder.Services.AddSingleton(new BurnRateAlerts(objective.Name));
        for (int i = 0; i < objective.GetBurnRateWindows().Count; i++)
        {
            int window = i;
            builder.Services.AddSingleton(provider => BurnRateRules.Create(objective, window, provider.GetRequiredService<IServiceLevels>));
        }

        return builder;
    }
}
