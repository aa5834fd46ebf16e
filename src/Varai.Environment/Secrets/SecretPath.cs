namespace Varai.Secrets;

/// <summary>The providers that are asked for a name, in order, and what they know it by.</summary>
/// <param name="providers">The providers.</param>
/// <param name="pattern">The pattern of the route that chose them; null for the whole chain.</param>
/// <param name="stripPrefix">What is taken off the front of a name.</param>
internal sealed class SecretPath(IReadOnlyList<SecretProviderCalls> providers, string? pattern = null, string stripPrefix = "")
{
    public IReadOnlyList<SecretProviderCalls> Providers => providers;

    public IReadOnlyList<string> Names { get; } = [.. providers.Select(provider => provider.Name)];

    public string? Pattern => pattern;

    public string StripPrefix => stripPrefix;

    /// <summary>What a provider knows the name by; null when nothing is left of it that could be a name.</summary>
    public string? Strip(string name)
    {
        if (stripPrefix.Length == 0)
            return name;
        string rest = name[stripPrefix.Length..];
        return SecretName.FindProblem(rest) is null ? rest : null;
    }

    /// <summary>A provider's answer under the name that was asked for.</summary>
    public static Secret Rename(Secret secret, string name) => secret.Name == name ? secret : new Secret(name, secret.Value, secret.Provider)
    {
        Version = secret.Version,
        ExpiresAt = secret.ExpiresAt,
        CreatedAt = secret.CreatedAt,
        ContentType = secret.ContentType,
    };
}
