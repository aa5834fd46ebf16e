using Amazon.Runtime;
using Varai.Secrets;
using Varai.Testing.Secrets;

namespace Varai.Aws.Tests.Secrets;

/// <summary>Signatures and permissions, as moto checks them.</summary>
public sealed class AwsSignatureTests(MotoServer moto) : IClassFixture<MotoServer>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Contract_EverySignatureChecked_Holds()
    {
        using AwsSecretsManagerClient client = await ClientAsync(["secretsmanager:*"]);

        await new SecretProviderContract(
            new AwsSecretsManagerProvider(client), (name, value, token) => client.CreateAsync(name, value, cancellationToken: token)).RunAsync(Cancellation);
    }

    [Fact]
    public async Task Get_RightKey_IsRead()
    {
        using AwsSecretsManagerClient client = await ClientAsync(["secretsmanager:CreateSecret", "secretsmanager:GetSecretValue"]);
        string name = NewName();
        await client.CreateAsync(name, new SecretValue("é \"value\" \\ \t"), cancellationToken: Cancellation);

        using SecretValue? value = (await client.GetAsync(name, cancellationToken: Cancellation))?.Value;

        Assert.Equal("é \"value\" \\ \t", value?.RevealString());
    }

    [Fact]
    public async Task Get_WrongSecretKey_SaysSo()
    {
        using AwsSecretsManagerClient client = await ClientAsync(["secretsmanager:*"], right => new BasicAWSCredentials(right.GetCredentials().AccessKey, "wrong"));

        SecretProviderException error = await Assert.ThrowsAsync<SecretProviderException>(() => client.GetAsync("name", cancellationToken: Cancellation));

        Assert.Equal(
            "The secret provider 'aws-secrets-manager' could not read 'name': AWS answered SignatureDoesNotMatch (HTTP 403). "
            + "The secret access key does not belong to the access key id, or the clock of this machine is wrong.",
            error.Message);
        Assert.False(error.IsTransient);
    }

    [Fact]
    public async Task Get_UnknownKey_SaysSo()
    {
        using AwsSecretsManagerClient client = await ClientAsync(["secretsmanager:*"], _ => new BasicAWSCredentials("AKIANOBODY", "wrong"));

        SecretProviderException error = await Assert.ThrowsAsync<SecretProviderException>(() => client.GetAsync("name", cancellationToken: Cancellation));

        Assert.Contains("AWS answered InvalidClientTokenId (HTTP 403). The credentials are not valid, or not any more", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsTransient);
    }

    [Fact]
    public async Task Write_ActionNotGranted_NamesTheActionToGrant()
    {
        using AwsSecretsManagerClient client = await ClientAsync(["secretsmanager:GetSecretValue"]);
        string name = NewName();

        SecretProviderException error = await Assert.ThrowsAsync<SecretProviderException>(
            async () => await new AwsSecretsManagerProvider(client).SetAsync(name, new SecretValue("s3cr3t"), Cancellation));

        Assert.Equal(
            $"The secret provider 'aws-secrets-manager' could not write '{name}': AWS answered AccessDenied (HTTP 403). Grant the IAM action "
            + $"secretsmanager:PutSecretValue on '{name}' to the identity in use, and kms:GenerateDataKey and kms:Decrypt on its key if it is encrypted with one of your own.",
            error.Message);
        Assert.False(error.IsTransient);
        Assert.Null(await client.GetAsync(name, cancellationToken: Cancellation));
    }

    [Fact]
    public async Task GetMany_BatchNotGranted_LeavesThemToBeReadOneByOne()
    {
        using AwsSecretsManagerClient client = await ClientAsync(["secretsmanager:CreateSecret", "secretsmanager:GetSecretValue"]);
        string name = NewName();
        await client.CreateAsync(name, new SecretValue("value"), cancellationToken: Cancellation);

        Assert.Empty(await new AwsSecretsManagerProvider(client).GetManyAsync([name], Cancellation));
        SecretProviderException error = await Assert.ThrowsAsync<SecretProviderException>(() => client.GetManyAsync([name], Cancellation));
        Assert.Contains("Grant the IAM action secretsmanager:BatchGetSecretValue", error.Message, StringComparison.Ordinal);
    }

    private static string NewName() => $"signature-{Guid.NewGuid():N}";

    private async Task<AwsSecretsManagerClient> ClientAsync(string[] actions, Func<AWSCredentials, AWSCredentials>? change = null)
    {
        moto.Require();
        AWSCredentials credentials = await MotoIdentity.CreateAsync(moto.Endpoint, $"user-{Guid.NewGuid():N}", actions, Cancellation);
        credentials = change?.Invoke(credentials) ?? credentials;
        return new AwsSecretsManagerClient(moto.Options(o =>
        {
            o.Credentials = _ => ValueTask.FromResult(credentials);
            o.DeleteRecoveryWindow = TimeSpan.Zero;
        }));
    }
}
