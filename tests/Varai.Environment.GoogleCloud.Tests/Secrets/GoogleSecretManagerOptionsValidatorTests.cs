using Microsoft.Extensions.Options;
using Varai.GoogleCloud.Secrets;

namespace Varai.GoogleCloud.Tests.Secrets;

public sealed class GoogleSecretManagerOptionsValidatorTests
{
    [Fact]
    public void Validate_Defaults_AreValid() => Assert.True(Validate(new GoogleSecretManagerOptions()).Succeeded);

    [Fact]
    public void Validate_EverythingSet_IsValid()
    {
        var options = new GoogleSecretManagerOptions
        {
            ProjectId = "example.com:project-1",
            QuotaProject = "482913375120",
            Endpoint = "http://localhost:8080",
            CredentialsFile = "/etc/key.json",
            NamePrefix = "App_1-",
        };
        options.Labels["team"] = "billing_2-é";
        options.ReplicationLocations.Add("europe-west3");

        Assert.True(Validate(options).Succeeded);
    }

    [Fact]
    public void Validate_EverythingWrong_NamesKeyValueAndRule()
    {
        var options = new GoogleSecretManagerOptions
        {
            ProjectId = "a/b",
            QuotaProject = "",
            Location = "Europe",
            Endpoint = "https://secretmanager.googleapis.com/v1",
            CredentialsFile = " ",
            AccessToken = _ => ValueTask.FromResult(""),
            NamePrefix = "a.b",
        };
        options.Labels["Team"] = "x";
        options.Labels["team"] = "A B";
        options.ReplicationLocations.Add("x y");

        Assert.Equal(
            [
                "Varai:blue:ProjectId is 'a/b'; it must be the id or the number of a project.",
                "Varai:blue:QuotaProject is ''; it must be the id or the number of a project.",
                "Varai:blue:Location is 'Europe'; it must be a location such as 'europe-west3'.",
                "Varai:blue:Endpoint is 'https://secretmanager.googleapis.com/v1'; it must be an absolute https address without path and query; http is allowed for this machine only.",
                "Varai:blue:CredentialsFile is ' '; it must be the path of a file.",
                "Varai:blue:CredentialsFile is set and so is AccessToken; set one of them.",
                "Varai:blue:NamePrefix is 'a.b'; it must be up to 128 letters, digits, '_' and '-'.",
                "Varai:blue:Labels is 'Team'; it must be labels whose keys have 1 to 63 lower-case letters, digits, '_' and '-' and begin with a letter.",
                "Varai:blue:Labels:team is 'A B'; it must be at most 63 lower-case letters, digits, '_' and '-'.",
                "Varai:blue:ReplicationLocations:0 is 'x y'; it must be a location such as 'europe-west3'.",
                "Varai:blue:ReplicationLocations is set and so is Location; regional secrets are not replicated.",
            ],
            Validate(options).Failures);
    }

    [Fact]
    public void Client_WrongOptions_AreRefused() =>
        Assert.Throws<OptionsValidationException>(() => new GoogleSecretManagerClient(new GoogleSecretManagerOptions { ProjectId = "a/b" }));

    private static ValidateOptionsResult Validate(GoogleSecretManagerOptions options) => new GoogleSecretManagerOptionsValidator().Validate("blue", options);
}
