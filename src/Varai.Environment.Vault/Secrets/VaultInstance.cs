namespace Varai.Vault.Secrets;

/// <summary>An instance that was registered; marks the registration as done.</summary>
internal sealed record VaultInstance(string Name)
{
    public const string DefaultName = "vault";

    public static string SectionOf(string name) => name == DefaultName ? VaultOptions.SectionName : "Varai:" + name;
}
