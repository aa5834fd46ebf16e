using Microsoft.Extensions.Options;

namespace Varai.Aws.Secrets;

/// <summary>Where the options of an instance are in the configuration, and what they are called.</summary>
internal static class AwsSecretsManagerSection
{
    private const string Root = "Varai:";

    /// <summary>The key below <c>Varai</c>.</summary>
    public static string Key(string? optionsName) =>
        string.IsNullOrEmpty(optionsName) ? AwsSecretsManagerOptions.SectionName[Root.Length..] : optionsName;

    /// <summary>The whole path.</summary>
    public static string Path(string? optionsName) => Root + Key(optionsName);

    /// <summary>The name of the options of a provider: the one that was added without a name has the unnamed options.</summary>
    public static string OptionsName(string provider) =>
        provider == AwsSecretsManagerOptions.DefaultProviderName ? Options.DefaultName : provider;
}
