namespace Varai.Configuration.Writing;

/// <summary>Who changes an environment, and why.</summary>
internal sealed record ChangeIntent(string EnvironmentName, string Author, string Reason, ConfigurationChangeSource Source);
