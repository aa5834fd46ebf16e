namespace Varai.Secrets;

/// <summary>Chooses the providers that are asked for the secrets whose names match a pattern.</summary>
public sealed class SecretRoute
{
    /// <summary>What the name of a secret is compared with: <c>*</c> stands for any characters (also none, also <c>/</c>), <c>?</c>
    /// for exactly one, everything else for itself; upper and lower case differ.</summary>
    /// <value>Required, such as <c>payments/*</c>.</value>
    public string Pattern { get; set; } = "";

    /// <summary>The names of the providers in the order they are asked; no other provider is.</summary>
    /// <value>Required: at least one.</value>
    public IList<string> Providers { get; } = [];

    /// <summary>What is taken off the front of the name before a provider is asked: with <c>payments/</c> the secret
    /// <c>payments/api-key</c> is the provider's <c>api-key</c>.</summary>
    /// <value>Text that <see cref="Pattern"/> begins with. Default: none.</value>
    public string? StripPrefix { get; set; }
}
