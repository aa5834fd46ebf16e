namespace Varai.Configuration;

/// <summary>What a rule sees and where it reports.</summary>
public sealed class ConfigurationRuleContext
{
    private readonly string _ruleName;
    private readonly Func<string, ConfigurationNode?> _loadEnvironment;
    private readonly Action<ConfigurationError> _report;

    /// <summary>Creates a context.</summary>
    /// <param name="ruleName">The rule's name.</param>
    /// <param name="environmentName">The environment under check.</param>
    /// <param name="root">Its merged document.</param>
    /// <param name="environmentNames">Every environment that has a file.</param>
    /// <param name="loadEnvironment">Reads the merged document of another environment; <see langword="null"/> when it has no
    /// file or is itself invalid.</param>
    /// <param name="report">Takes each error.</param>
    public ConfigurationRuleContext(
        string ruleName,
        string environmentName,
        ConfigurationNode root,
        IReadOnlyList<string> environmentNames,
        Func<string, ConfigurationNode?> loadEnvironment,
        Action<ConfigurationError> report)
    {
        _ruleName = ruleName;
        _loadEnvironment = loadEnvironment;
        _report = report;
        EnvironmentName = environmentName;
        Root = root;
        EnvironmentNames = environmentNames;
    }

    /// <summary>The environment under check.</summary>
    public string EnvironmentName { get; }

    /// <summary>Its merged document.</summary>
    public ConfigurationNode Root { get; }

    /// <summary>Every environment that has a file, in alphabetical order.</summary>
    public IReadOnlyList<string> EnvironmentNames { get; }

    /// <summary>The merged document of another environment.</summary>
    /// <param name="environmentName">Its name.</param>
    /// <returns>The document, or <see langword="null"/> when that environment has no file or is itself invalid.</returns>
    public ConfigurationNode? GetEnvironment(string environmentName) => _loadEnvironment(environmentName);

    /// <summary>Reports an error at a key; the file, line and column are found from it.</summary>
    /// <param name="key">The key; where it does not exist, the nearest parent that does gives the place.</param>
    /// <param name="message">What is wrong, in one sentence.</param>
    /// <param name="expected">What was expected.</param>
    /// <param name="found">What was found.</param>
    public void Error(string key, string message, string? expected = null, string? found = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        Report(new ConfigurationError(message, FindOrigin(key), key) { Expected = expected, Found = found });
    }

    /// <summary>Reports an error that already knows its place.</summary>
    /// <param name="error">The error.</param>
    public void Report(ConfigurationError error)
    {
        ArgumentNullException.ThrowIfNull(error);
        _report(error.Check.Length > 0 ? error : error with { Check = $"rule:{_ruleName}" });
    }

    private ConfigurationOrigin FindOrigin(string key)
    {
        for (string at = key; at.Length > 0; at = at[..Math.Max(0, at.LastIndexOf(':'))])
        {
            if (Root.FindKey(at) is { } node)
                return node.Origin;
        }

        return Root.Origin;
    }
}
