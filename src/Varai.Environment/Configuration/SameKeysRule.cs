namespace Varai.Configuration;

/// <summary>Every key of one environment exists in another.</summary>
internal sealed class SameKeysRule(string from, string to) : IConfigurationRule
{
    public string Name => $"keys of {from} exist in {to}";

    public void Validate(ConfigurationRuleContext context)
    {
        // The rule binds both sides: neither may be deployed while it is broken.
        if (context.EnvironmentName != from && context.EnvironmentName != to)
            return;
        if (context.GetEnvironment(from) is not { } source || context.GetEnvironment(to) is not { } target)
        {
            string missing = context.GetEnvironment(from) is null ? from : to;
            context.Error("", $"The environment '{missing}' has no file or is itself invalid, so its keys can't be compared.");
            return;
        }

        Compare(source, target, "", context);
    }

    private void Compare(ConfigurationNode source, ConfigurationNode target, string key, ConfigurationRuleContext context)
    {
        foreach (ConfigurationMember member in source.Members)
        {
            string memberKey = key.Length == 0 ? member.Name : $"{key}:{member.Name}";
            if (target.Find(member.Name) is not { } other)
            {
                context.Report(new ConfigurationError($"'{from}' has this key and '{to}' has not.", member.NameOrigin, memberKey)
                {
                    DidYouMean = Spelling.Nearest(member.Name, target.Members.Select(m => m.Name).Where(n => source.Find(n) is null)),
                });
            }
            else if (other.Kind == ConfigurationNodeKind.Object)
            {
                Compare(member.Value, other, memberKey, context);
            }
        }
    }
}
