namespace Varai.Configuration;

/// <summary>A check in code over a whole document, and across environments where it needs to.</summary>
/// <remarks>Called for every candidate document before it is used, from any thread, sometimes by several at once. Changes of the
/// files wait for it, readers never do: it should be quick and must not call <see cref="IEnvironmentConfiguration.UpdateAsync"/>. It
/// reports through the context; an exception it throws counts as an error of its own and refuses the document.</remarks>
public interface IConfigurationRule
{
    /// <summary>The rule's name in messages.</summary>
    string Name { get; }

    /// <summary>Checks a document.</summary>
    /// <param name="context">The document, the other environments, and where errors go.</param>
    void Validate(ConfigurationRuleContext context);
}
