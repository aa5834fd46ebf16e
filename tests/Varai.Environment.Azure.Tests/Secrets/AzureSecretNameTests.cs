using CsCheck;
using Varai.AzureCloud.Secrets;
using Varai.Secrets;

namespace Varai.AzureCloud.Tests.Secrets;

public sealed class AzureSecretNameTests
{
    // Characters that collide most easily, and some of every other kind that a name may have.
    private static readonly Gen<string> Names = Gen.OneOf(
            OneOf("--::aAuUxXkKhHcCdDsS05f_./"),
            Gen.Char.AlphaNumeric,
            Gen.Char['!', '\u00ff'])
        .Array[1, 24].Select(characters => new string(characters)).Where(name => SecretName.FindProblem(name) is null);

    [Theory]
    [InlineData("db-password", "db-password")]
    [InlineData("ApiKey", "ApiKey")]
    [InlineData("ConnectionStrings:Default", "ConnectionStrings--Default")]
    [InlineData("API_KEY", "API---uKEY")]
    [InlineData("tls.pfx", "tls---dpfx")]
    [InlineData("db/password", "db---spassword")]
    [InlineData("a--b", "a----hb")]
    [InlineData("a::b", "a-----cb")]
    [InlineData("a-:b", "a----cb")]
    [InlineData("a:-b", "a-----hb")]
    [InlineData("a-_b", "a----ub")]
    [InlineData("é", "---x00e9")]
    public void ToStored_gives_the_documented_name(string name, string stored)
    {
        Assert.Equal(stored, AzureSecretName.ToStored(name, caseSensitive: false));
        Assert.Equal(name, AzureSecretName.FromStored(stored, caseSensitive: false));
    }

    [Fact]
    public void ToStored_case_sensitive_escapes_upper_case()
    {
        Assert.Equal("---kapi---k---kk", AzureSecretName.ToStored("Api", caseSensitive: true) + "---k---kk");
        Assert.Equal("a---kb", AzureSecretName.ToStored("aB", caseSensitive: true));
        Assert.Equal("aB", AzureSecretName.FromStored("a---kb", caseSensitive: true));
        Assert.Equal("apikey", AzureSecretName.FromStored("ApiKey", caseSensitive: true));
    }

    [Theory]
    [InlineData("a---")]
    [InlineData("a---b")]
    [InlineData("a------ub")]
    [InlineData("a---hb")]
    [InlineData("a---x005f")]
    [InlineData("a---xzzzz")]
    [InlineData("a---x00")]
    [InlineData("---ka")]
    public void FromStored_of_what_nothing_is_stored_as_is_null(string stored) =>
        Assert.Null(AzureSecretName.FromStored(stored, caseSensitive: false));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void FromStored_gives_back_every_name(bool caseSensitive) => Names.Sample(
        name => Assert.Equal(name, AzureSecretName.FromStored(AzureSecretName.ToStored(name, caseSensitive), caseSensitive)), iter: 20_000);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ToStored_uses_only_what_key_vault_takes(bool caseSensitive) => Names.Sample(
        name =>
        {
            string stored = AzureSecretName.ToStored(name, caseSensitive);
            Assert.True(AzureSecretName.Fits(stored) || stored.Length > AzureSecretName.MaximumLength, $"{name} -> {stored}");
        },
        iter: 20_000);

    // Of few characters, so that names that could collide do come up together.
    private static readonly Gen<string> ShortNames = OneOf("-:_hcuaAkK").Array[1, 6].Select(characters => new string(characters));

    [Fact]
    public void ToStored_case_sensitive_never_stores_two_names_alike()
    {
        var seen = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        ShortNames.Sample(
            name =>
            {
                lock (seen)
                    Assert.Equal(name, seen.TryAdd(AzureSecretName.ToStored(name, caseSensitive: true), name) ? name : seen[AzureSecretName.ToStored(name, caseSensitive: true)]);
            },
            iter: 50_000);
        Assert.True(seen.Count > 10_000);
    }

    [Fact]
    public void ToStored_stores_two_names_alike_only_where_they_differ_in_case()
    {
        var seen = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        ShortNames.Sample(
            name =>
            {
                lock (seen)
                    Assert.Equal(name, seen.TryAdd(AzureSecretName.ToStored(name, caseSensitive: false), name) ? name : seen[AzureSecretName.ToStored(name, caseSensitive: false)], ignoreCase: true);
            },
            iter: 50_000);
        Assert.True(seen.Count > 5_000);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("a", true)]
    [InlineData("a_b", false)]
    public void Fits_is_what_key_vault_takes(string stored, bool fits) => Assert.Equal(fits, AzureSecretName.Fits(stored));

    [Fact]
    public void Fits_ends_at_127_characters()
    {
        Assert.True(AzureSecretName.Fits(new string('a', 127)));
        Assert.False(AzureSecretName.Fits(new string('a', 128)));
    }

    private static Gen<char> OneOf(string characters) => Gen.Int[0, characters.Length - 1].Select(i => characters[i]);
}
