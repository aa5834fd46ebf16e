namespace Varai.Configuration.Documents;

/// <summary>The error of an edit that is refused; the file is left as it is.</summary>
internal static class EditFailure
{
    public const string Check = "edit";

    public static ConfigurationException Create(ConfigurationNode at, string key, string message) => Create(at.Origin, key, message);

    public static ConfigurationException Create(ConfigurationOrigin at, string key, string message) => new(
        "The configuration file was not changed:", [new ConfigurationError(message, at, key) { Check = Check }]);
}
