using Microsoft.Extensions.Options;

namespace Varai.AzureCloud.Secrets;

internal sealed class AzureKeyVaultOptionsValidator : IValidateOptions<AzureKeyVaultOptions>
{
    private const int MaximumTags = 15;
    private const int MaximumContentType = 255;
    private const string VaultRule = "the vault's address, such as https://my-vault.vault.azure.net";

    public ValidateOptionsResult Validate(string? name, AzureKeyVaultOptions options)
    {
        string section = string.IsNullOrEmpty(name) ? AzureKeyVaultOptions.SectionName : $"Varai:{name}";
        var result = new ValidateOptionsResultBuilder();
        if (!IsAddress(options.VaultUri) || options.VaultUri!.AbsolutePath != "/")
            FailAddress(nameof(options.VaultUri), options.VaultUri, VaultRule);
        if (options.AuthorityHost is not null && !IsAddress(options.AuthorityHost))
            FailAddress(nameof(options.AuthorityHost), options.AuthorityHost, "an https address");
        if (options.NamePrefix is null || (options.NamePrefix.Length > 0 && Varai.Secrets.SecretName.FindProblem(options.NamePrefix) is not null))
            Fail(nameof(options.NamePrefix), options.NamePrefix, "empty, or what the name of a secret may begin with");
        if (options.Credential is null)
            CheckIdentity();

        if (options.ContentType is { Length: > MaximumContentType })
            Fail(nameof(options.ContentType), $"{options.ContentType.Length} characters long", $"at most {MaximumContentType} characters long");
        if (options.Tags.Count > MaximumTags)
            Fail(nameof(options.Tags), $"{options.Tags.Count} tags", $"at most {MaximumTags} tags");
        if (options.ExpiresAfter is { } lifetime && (lifetime < TimeSpan.FromSeconds(1) || lifetime > TimeSpan.FromDays(36_500)))
            Fail(nameof(options.ExpiresAfter), lifetime, "from 00:00:01 to 36500.00:00:00, or not set");
        return result.Build();

        // A user name or a query may hold a password.
        void FailAddress(string property, Uri? address, string rule)
        {
            if (address is not null && address.OriginalString.AsSpan().ContainsAny('@', '?', '#'))
                result.AddError($"{section}:{property} is not what it must be: {rule}, without user name and query.");
            else
                Fail(property, address, rule);
        }

        void CheckIdentity()
        {
            switch (options.Identity)
            {
                case AzureKeyVaultIdentity.ClientSecret:
                    Require(nameof(options.TenantId), options.TenantId);
                    Require(nameof(options.ClientId), options.ClientId);
                    Require(nameof(options.ClientSecretFile), options.ClientSecretFile);
                    break;
                case AzureKeyVaultIdentity.ClientCertificate:
                    Require(nameof(options.TenantId), options.TenantId);
                    Require(nameof(options.ClientId), options.ClientId);
                    Require(nameof(options.ClientCertificateFile), options.ClientCertificateFile);
                    break;
                case AzureKeyVaultIdentity.Default or AzureKeyVaultIdentity.ManagedIdentity or AzureKeyVaultIdentity.WorkloadIdentity:
                    break;
                default:
                    Fail(nameof(options.Identity), options.Identity, $"one of {string.Join(", ", Enum.GetNames<AzureKeyVaultIdentity>())}");
                    break;
            }
        }

        void Require(string property, string? value)
        {
            if (string.IsNullOrWhiteSpace(value))
                Fail(property, value, $"set when Identity is {options.Identity}");
        }

        void Fail(string property, object? value, string rule) =>
            result.AddError(FormattableString.Invariant($"{section}:{property} is '{value}'; it must be {rule}."));
    }

    private static bool IsAddress(Uri? address) =>
        address is { IsAbsoluteUri: true, Scheme: "https", UserInfo: "", Query: "", Fragment: "" };
}
