using Varai.Vault.Secrets;

namespace Varai.Vault.Tests.Secrets;

public sealed class VaultOptionsValidatorTests
{
    public static TheoryData<string, Action<VaultOptions>, string> Broken => new()
    {
        { "none", o => o.Address = " ", "Varai:Vault:Address is ' '; it must be the address of a Vault, such as https://vault:8200 (or the environment variable VAULT_ADDR)." },
        { "relative", o => o.Address = "vault:8200", "Varai:Vault:Address is 'vault:8200'; it must be an absolute http or https address." },
        { "scheme", o => o.Address = "https://a,ftp://b", "Varai:Vault:Address is 'ftp://b'; it must be an absolute http or https address." },
        { "user", o => o.Address = "https://u:s3cr3t@vault", "Varai:Vault:Address is '***'; it must be an address without user, query and fragment." },
        { "query", o => o.Address = "https://vault?token=s3cr3t", "Varai:Vault:Address is '***'; it must be an address without user, query and fragment." },
        { "ns", o => o.Namespace = "a//b", "Varai:Vault:Namespace is 'a//b'; it must be the path of a namespace, such as team-a/prod." },
        { "mount", o => o.Mount = "/secret", "Varai:Vault:Mount is '/secret'; it must be the path of a mount without a slash at its ends, such as secret." },
        { "kv", o => o.KvVersion = 3, "Varai:Vault:KvVersion is '3'; it must be 1, 2 or absent." },
        { "prefix", o => o.PathPrefix = "a/../", "Varai:Vault:PathPrefix is 'a/../'; it must be empty or the beginning of a secret's name, such as payments/." },
        { "prefix slash", o => o.PathPrefix = "/a", "Varai:Vault:PathPrefix is '/a'; it must be without empty parts between slashes." },
        { "field", o => o.ValueField = "", "Varai:Vault:ValueField is ''; it must be the name of a field." },
        { "dynamic", o => o.DynamicMounts.Add("database/"), "Varai:Vault:DynamicMounts:0 is 'database/'; it must be the path of a mount, such as database." },
        { "timeout", o => o.RequestTimeout = TimeSpan.Zero, "Varai:Vault:RequestTimeout is '00:00:00'; it must be from 00:00:00.1000000 to 00:10:00." },
        { "wait", o => o.WaitForUnseal = TimeSpan.FromMinutes(-1), "Varai:Vault:WaitForUnseal is '-00:01:00'; it must be from 00:00:00 to 01:00:00." },
        { "revoke", o => o.RevokeTimeout = TimeSpan.FromHours(1), "Varai:Vault:RevokeTimeout is '01:00:00'; it must be from 00:00:00 to 00:01:00." },
        { "key", o => o.Tls.ClientKeyFile = "k", "Varai:Vault:Tls:ClientCertificateFile is ''; it must be set, because Tls:ClientKeyFile is." },
        { "method", o => o.Auth.Method = (VaultAuthMethod)77, "Varai:Vault:Auth:Method is '77'; it must be one of Token, AppRole, Kubernetes, UserPass, Jwt, Certificate, Custom." },
        { "auth mount", o => o.Auth.Mount = "auth/token", "Varai:Vault:Auth:Mount is 'auth/token'; it must be the path of a mount without 'auth/' before it, such as approle." },
        { "no token", o => o.Auth.Token = null, "Varai:Vault:Auth:Token is ''; it must be set with Auth:Method = Token, or else TokenFile (or the environment variable VAULT_TOKEN); one of them, not both." },
        { "two tokens", o => o.Auth.TokenFile = "f", "Varai:Vault:Auth:Token is '***'; it must be set with Auth:Method = Token, or else TokenFile (or the environment variable VAULT_TOKEN); one of them, not both." },
        { "stray", o => o.Auth.SecretId = "s3cr3t", "Varai:Vault:Auth:SecretId is '***'; it must be absent with Auth:Method = Token; it belongs to AppRole." },
        { "stray flag", o => o.Auth.SecretIdIsWrapped = true, "Varai:Vault:Auth:SecretIdIsWrapped is 'set'; it must be absent with Auth:Method = Token; it belongs to AppRole." },
        { "empty", o => o.Auth.Token = " ", "Varai:Vault:Auth:Token is ''; it must be absent or not empty." },
        { "role id", o => (o.Auth.Method, o.Auth.Token) = (VaultAuthMethod.AppRole, null), "Varai:Vault:Auth:RoleId is ''; it must be set with Auth:Method = AppRole." },
        { "secret ids", o => (o.Auth.Method, o.Auth.Token, o.Auth.RoleId, o.Auth.SecretId, o.Auth.SecretIdFile) = (VaultAuthMethod.AppRole, null, "r", "s3cr3t", "f"), "Varai:Vault:Auth:SecretIdFile is 'f'; it must be absent, because Auth:SecretId is set." },
        { "k8s", o => (o.Auth.Method, o.Auth.Token) = (VaultAuthMethod.Kubernetes, null), "Varai:Vault:Auth:Role is ''; it must be set with Auth:Method = Kubernetes." },
        { "user", o => (o.Auth.Method, o.Auth.Token, o.Auth.Password) = (VaultAuthMethod.UserPass, null, "s3cr3t"), "Varai:Vault:Auth:Username is ''; it must be set with Auth:Method = UserPass." },
        { "password", o => (o.Auth.Method, o.Auth.Token, o.Auth.Username) = (VaultAuthMethod.UserPass, null, "u"), "Varai:Vault:Auth:Password is ''; it must be set with Auth:Method = UserPass, or else PasswordFile; one of them, not both." },
        { "jwt", o => (o.Auth.Method, o.Auth.Token) = (VaultAuthMethod.Jwt, null), "Varai:Vault:Auth:JwtFile is ''; it must be set with Auth:Method = Jwt, or else GetJwtAsync (in code); one of them, not both." },
        { "cert", o => (o.Auth.Method, o.Auth.Token) = (VaultAuthMethod.Certificate, null), "Varai:Vault:Tls:ClientCertificateFile is ''; it must be set with Auth:Method = Certificate." },
        { "custom", o => (o.Auth.Method, o.Auth.Token) = (VaultAuthMethod.Custom, null), "Varai:Vault:Auth:LogInAsync is ''; it must be set in code with Auth:Method = Custom." },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void Validate_OneRuleBroken_SaysWhich(string what, Action<VaultOptions> breakIt, string expected)
    {
        VaultOptions options = Valid();
        breakIt(options);

        Assert.Equal(expected, Assert.Single(new VaultOptionsValidator("vault").Validate("vault", options).Failures!));
        Assert.NotEmpty(what);
    }

    [Fact]
    public void Validate_AllRulesKept_Succeeds()
    {
        VaultOptions options = Valid();
        (options.Address, options.Namespace, options.Mount, options.PathPrefix) = ("https://a:8200, http://b/vault/", "team/prod/", "kv/apps", "orders/");

        Assert.True(new VaultOptionsValidator("vault").Validate("vault", options).Succeeded);
    }

    [Fact]
    public void Validate_OtherInstance_IsItsOwnBusinessAndNamesItsSection()
    {
        Assert.True(new VaultOptionsValidator("eu").Validate("vault", new VaultOptions()).Skipped);
        Assert.All(new VaultOptionsValidator("eu").Validate("eu", new VaultOptions()).Failures!, failure => Assert.StartsWith("Varai:eu:", failure, StringComparison.Ordinal));
    }

    private static VaultOptions Valid()
    {
        var options = new VaultOptions { Address = "https://vault:8200" };
        options.Auth.Token = "t";
        return options;
    }
}
