namespace Varai.Vault.Secrets;

/// <summary>The nodes of one cluster.</summary>
internal static class VaultAddresses
{
    public static string[] Split(string? addresses) =>
        (addresses ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Each address with the version of the API, ending in a slash.</summary>
    public static Uri[] Parse(string? addresses) => [.. Split(addresses).Select(a => new Uri(a.TrimEnd('/') + "/v1/"))];
}
