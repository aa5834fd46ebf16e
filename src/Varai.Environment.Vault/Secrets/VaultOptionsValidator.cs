using System.Text;
using Microsoft.Extensions.Options;
using Varai.Secrets;

namespace Varai.Vault.Secrets;

internal sealed class VaultOptionsValidator(string instance) : IValidateOptions<VaultOptions>
{
    public ValidateOptionsResult Validate(string? name, VaultOptions options)
    {
        if (name != instance)
            return ValidateOptionsResult.Skip;

        var result = new ValidateOptionsResultBuilder();
        CheckAddress(options, Fail);
        if (options.Namespace is { } ns && (VaultPath.FindProblem(ns.TrimEnd('/')) is not null || !Ascii.IsValid(ns)))
            Fail(nameof(options.Namespace), ns, "the path of a namespace, such as team-a/prod");
        if (VaultPath.FindProblem(options.Mount) is not null)
            Fail(nameof(options.Mount), options.Mount, "the path of a mount without a slash at its ends, such as secret");
        if (options.KvVersion is not (null or 1 or 2))
            Fail(nameof(options.KvVersion), options.KvVersion, "1, 2 or absent");
        if (options.PathPrefix is null || (options.PathPrefix.Length > 0 && SecretName.FindProblem(options.PathPrefix + "x") is not null))
            Fail(nameof(options.PathPrefix), options.PathPrefix, "empty or the beginning of a secret's name, such as payments/");
        else if (options.PathPrefix.StartsWith('/') || options.PathPrefix.Contains("//", StringComparison.Ordinal))
            Fail(nameof(options.PathPrefix), options.PathPrefix, "without empty parts between slashes");
        if (string.IsNullOrWhiteSpace(options.ValueField))
            Fail(nameof(options.ValueField), options.ValueField, "the name of a field");
        for (int i = 0; i < options.DynamicMounts.Count; i++)
        {
            if (VaultPath.FindProblem(options.DynamicMounts[i]) is not null)
                Fail($"{nameof(options.DynamicMounts)}:{i}", options.DynamicMounts[i], "the path of a mount, such as database");
        }

        CheckRange(nameof(options.RequestTimeout), options.RequestTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10));
        CheckRange(nameof(options.WaitForUnseal), options.WaitForUnseal, TimeSpan.Zero, TimeSpan.FromHours(1));
        CheckRange(nameof(options.RevokeTimeout), options.RevokeTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        if (options.Tls.ClientKeyFile is not null && options.Tls.ClientCertificateFile is null)
            Fail("Tls:ClientCertificateFile", value: null, "set, because Tls:ClientKeyFile is");
        VaultAuthRules.Check(options, Fail);
        return result.Build();

        void CheckRange(string property, TimeSpan value, TimeSpan minimum, TimeSpan maximum)
        {
            if (value < minimum || value > maximum)
                Fail(property, value, FormattableString.Invariant($"from {minimum:c} to {maximum:c}"));
        }

        void Fail(string property, object? value, string rule) =>
            result.AddError(FormattableString.Invariant($"{VaultInstance.SectionOf(instance)}:{property} is '{value}'; it must be {rule}."));
    }

    private static void CheckAddress(VaultOptions options, Action<string, object?, string> fail)
    {
        string[] addresses = VaultAddresses.Split(options.Address);
        if (addresses.Length == 0)
            fail(nameof(options.Address), options.Address, "the address of a Vault, such as https://vault:8200 (or the environment variable VAULT_ADDR)");
        foreach (string address in addresses)
        {
            // An address with a user's password in it is not repeated.
            if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https"))
                fail(nameof(options.Address), address.Contains('@', StringComparison.Ordinal) ? SecretValue.Redacted : address, "an absolute http or https address");
            else if (uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0)
                fail(nameof(options.Address), SecretValue.Redacted, "an address without user, query and fragment");
        }
    }
}
