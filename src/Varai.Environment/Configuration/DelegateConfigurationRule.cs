namespace Varai.Configuration;

/// <summary>A rule written as a lambda.</summary>
internal sealed class DelegateConfigurationRule(string name, Action<ConfigurationRuleContext> validate) : IConfigurationRule
{
    public string Name { get; } = name;

    public void Validate(ConfigurationRuleContext context) => validate(context);
}
