using Amazon.Runtime;
using Microsoft.Extensions.Options;

namespace Varai.Aws.Tests.Secrets;

public sealed class AwsSecretsManagerOptionsValidatorTests
{
    [Fact]
    public void Validate_Defaults_AreValid() => Assert.True(Validate(_ => { }).Succeeded);

    [Fact]
    public void Validate_EverythingWrong_NamesKeyValueAndRule()
    {
        ValidateOptionsResult result = Validate(options =>
        {
            options.Region = "EU Central";
            options.ReplicaRegions.Add("eu-west-1");
            options.ReplicaRegions.Add("eu-west-1");
            options.RegionTimeout = TimeSpan.FromMinutes(2);
            options.Endpoint = "https://user:s3cr3t@example.com";
            options.Profile = " ";
            options.Credentials = static _ => ValueTask.FromResult<AWSCredentials>(new AnonymousAWSCredentials());
            options.NamePrefix = "a b";
            options.KmsKeyId = "";
            options.Tags[""] = "x";
            options.DeleteRecoveryWindow = TimeSpan.FromDays(6);
        });

        Assert.Equal(
            [
                "Varai:AwsSecretsManager:Region is 'EU Central'; it must be a region's name such as eu-central-1.",
                "Varai:AwsSecretsManager:ReplicaRegions:1 is 'eu-west-1'; it must be the name of a region that is not named before.",
                "Varai:AwsSecretsManager:RegionTimeout is '00:02:00'; it must be from 00:00:00.1000000 to 00:01:00.",
                "Varai:AwsSecretsManager:Endpoint is not what it must be: an absolute http or https address without user name and query.",
                "Varai:AwsSecretsManager:Profile is ' '; it must be the name of a profile.",
                "Varai:AwsSecretsManager:Profile is ' '; it must be left out where Credentials is set.",
                "Varai:AwsSecretsManager:NamePrefix is 'a b'; it must be at most 512 letters, digits and /_+=.@!-.",
                "Varai:AwsSecretsManager:KmsKeyId is ''; it must be the ARN, id or alias of a KMS key.",
                "Varai:AwsSecretsManager:Tags: is 'x'; it must be a key of 1 to 128 and a value of at most 256 characters.",
                "Varai:AwsSecretsManager:DeleteRecoveryWindow is '6.00:00:00'; it must be 7 to 30 whole days, or 0.",
            ],
            result.Failures);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(7, true)]
    [InlineData(30, true)]
    [InlineData(7.5, false)]
    [InlineData(31, false)]
    [InlineData(-7, false)]
    public void Validate_RecoveryWindow_IsWhatAwsTakes(double days, bool valid) =>
        Assert.Equal(valid, Validate(options => options.DeleteRecoveryWindow = TimeSpan.FromDays(days)).Succeeded);

    [Theory]
    [InlineData("https://vpce-1.secretsmanager.{region}.vpce.amazonaws.com", true)]
    [InlineData("http://127.0.0.1:4566", true)]
    [InlineData("ftp://example.com", false)]
    [InlineData("secretsmanager.eu-west-1.amazonaws.com", false)]
    [InlineData("https://example.com/?key=1", false)]
    public void Validate_Endpoint_IsAnAddress(string endpoint, bool valid) => Assert.Equal(valid, Validate(options => options.Endpoint = endpoint).Succeeded);

    [Theory]
    [InlineData("eu-central-1", "https://secretsmanager.eu-central-1.amazonaws.com/")]
    [InlineData("cn-north-1", "https://secretsmanager.cn-north-1.amazonaws.com.cn/")]
    [InlineData("us-gov-west-1", "https://secretsmanager.us-gov-west-1.amazonaws.com/")]
    public void Endpoint_NoneSet_IsThatOfThePartition(string region, string address) => Assert.Equal(address, AwsRegion.Endpoint(template: null, region)?.ToString());

    [Fact]
    public void Client_BadOptions_AreRefused()
    {
        var error = Assert.Throws<ArgumentException>(() => new AwsSecretsManagerClient(new AwsSecretsManagerOptions { Region = "?" }));
        Assert.StartsWith("Varai:AwsSecretsManager:Region is '?'; it must be a region's name such as eu-central-1.", error.Message, StringComparison.Ordinal);
    }

    private static ValidateOptionsResult Validate(Action<AwsSecretsManagerOptions> configure)
    {
        var options = new AwsSecretsManagerOptions();
        configure(options);
        return new AwsSecretsManagerOptionsValidator().Validate(Options.DefaultName, options);
    }
}
