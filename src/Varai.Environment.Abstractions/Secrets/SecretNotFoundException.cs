namespace Varai.Secrets;

/// <summary>No provider holds the secret; every one in the chain was asked and answered.</summary>
public sealed class SecretNotFoundException : SecretException
{
    /// <summary>Creates the error.</summary>
    /// <param name="secretName">The secret's name.</param>
    /// <param name="providers">The names of the providers in the order they were asked.</param>
    /// <param name="route">The pattern of the route that chose them, or <see langword="null"/> when they are the whole chain.</param>
    public SecretNotFoundException(string secretName, IReadOnlyList<string> providers, string? route = null)
        : base(secretName, Write(secretName, providers, route))
    {
        Providers = providers;
        Route = route;
    }

    /// <summary>The names of the providers in the order they were asked.</summary>
    public IReadOnlyList<string> Providers { get; }

    /// <summary>The pattern of the route that chose the providers, or <see langword="null"/> when they are the whole chain.</summary>
    public string? Route { get; }

    private static string Write(string secretName, IReadOnlyList<string> providers, string? route)
    {
        ArgumentNullException.ThrowIfNull(providers);
        return providers.Count == 0
            ? $"The secret '{secretName}' was not found: there is no secret provider. Add one with AddSecretProvider."
            : $"The secret '{secretName}' was not found. Asked in this order: {string.Join(", ", providers)}{(route is null ? "" : $" (chosen by the route '{route}')")}. "
              + "Create it in one of them or correct the name; names are case-sensitive.";
    }
}
