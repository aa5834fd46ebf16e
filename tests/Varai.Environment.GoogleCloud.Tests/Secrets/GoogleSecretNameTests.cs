using CsCheck;
using Varai.GoogleCloud.Secrets;
using Varai.Secrets;

namespace Varai.GoogleCloud.Tests.Secrets;

public sealed class GoogleSecretNameTests
{
    // Made of what escaping is about, so that the hard cases come often.
    private static readonly Gen<string> Names = Gen.String[Gen.Char["_-/.:aZ09=é+2F"], 1, 40].Where(name => SecretName.FindProblem(name) is null);

    [Theory]
    [InlineData("API_KEY", "API_KEY")]
    [InlineData("db-password", "db-password")]
    [InlineData("Db:Password", "Db__3APassword")]
    [InlineData("db/pass.word", "db__2Fpass__2Eword")]
    [InlineData("a__b", "a__5F_b")]
    [InlineData("a_:b", "a__5F__3Ab")]
    [InlineData("é", "__C3__A9")]
    [InlineData("end_", "end_")]
    public void ToId_Escaping_WritesWhatGoogleAllows(string name, string id)
    {
        Assert.Equal(id, GoogleSecretName.ToId(name, "", escape: true));
        Assert.Equal(name, GoogleSecretName.FromId(id, "", escape: true));
    }

    [Fact]
    public void ToId_EscapingAnyName_CanBeUndone() => Names.Sample(name =>
        GoogleSecretName.ToId(name, "app_", escape: true) is { } id
        && GoogleSecretName.IsValidId(id)
        && GoogleSecretName.FromId(id, "app_", escape: true) == name);

    [Fact]
    public void FromId_AnyId_IsANameThatLeadsBackOrNone() => Gen.String[Gen.Char["_23AFZz-"], 1, 20].Sample(id =>
        GoogleSecretName.FromId(id, "", escape: true) is not { } name || GoogleSecretName.ToId(name, "", escape: true) == id);

    [Theory]
    [InlineData("a:b")]
    [InlineData("a/b")]
    [InlineData("a.b")]
    [InlineData("é")]
    public void ToId_NotEscaping_HasNoIdForOtherCharacters(string name) => Assert.Null(GoogleSecretName.ToId(name, "", escape: false));

    [Fact]
    public void ToId_LongerThanGoogleAllows_HasNoId()
    {
        Assert.NotNull(GoogleSecretName.ToId(new string('x', 255), "", escape: false));
        Assert.Null(GoogleSecretName.ToId(new string('x', 256), "", escape: false));
        Assert.Null(GoogleSecretName.ToId(new string('x', 252), "app-", escape: false));
        Assert.Null(GoogleSecretName.ToId(new string('/', 64), "", escape: true));
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("42", true)]
    [InlineData("latest", true)]
    [InlineData("prod-2", true)]
    [InlineData("0", false)]
    [InlineData("01", false)]
    [InlineData("1a", false)]
    [InlineData("-a", false)]
    [InlineData("a.b", false)]
    [InlineData("", false)]
    [InlineData("99999999999999999999", false)]
    public void IsValidVersion_Text_IsWhatGoogleTakes(string version, bool expected) =>
        Assert.Equal(expected, GoogleSecretName.IsValidVersion(version));
}
