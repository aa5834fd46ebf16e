using Varai;
using Varai.Monitoring;
using Varai.Monitoring.Alerts;

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
}
