using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using Varai.Secrets;

namespace Varai.Aws.Tests.Secrets;

/// <summary>Reading from replica regions while the first region fails.</summary>
public sealed class AwsReplicaTests
{
    private const string First = FakeSecretsManager.Region;
    private const string Second = "eu-west-1";
    private const string Third = "us-east-1";

    private readonly FakeLogger<AwsSecretsManagerClient> _logs = new();
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_FirstRegionsFail_AsksTheNextInOrderAndSaysSo()
    {
        await using FakeSecretsManager server = await StartAsync();
        using AwsSecretsManagerClient client = Client(server);
        AwsSecretVersion version = await client.CreateAsync("name", new SecretValue("value"), new AwsSecretCreation { ReplicaRegions = [Second, Third] }, Cancellation);
        server.Calls.Clear();
        Fail(server, First, Second);

        Assert.Equal(version.VersionId, await ReadAsync(client, "name"));
        Assert.Equal(version.VersionId, await ReadAsync(client, version.Arn));
        Assert.Equal([First, Second, Third, First, Second, Third], server.Calls.Select(c => c.Region));
        Assert.Equal(version.Arn.Replace(First, Third, StringComparison.Ordinal), (string?)server.Calls.Last().Json["SecretId"]);
        server.Fault = null;
        await ReadAsync(client, "name");

        string[] messages = [.. _logs.Collector.GetSnapshot().Select(log => log.Message)];
        Assert.Equal(2, messages.Length);
        Assert.StartsWith(
            $"The secret provider 'aws-secrets-manager' reads from the replica region {Third}, because {First} fails: AWS answered InternalServiceError (HTTP 500",
            messages[0],
            StringComparison.Ordinal);
        Assert.Equal($"The secret provider 'aws-secrets-manager' reads from its first region {First} again.", messages[1]);
    }

    [Fact]
    public async Task Get_FirstRegionHangs_AsksTheNextAfterTheRegionsTime()
    {
        await using FakeSecretsManager server = await StartAsync();
        using AwsSecretsManagerClient client = Client(server);
        AwsSecretVersion version = await client.CreateAsync("name", new SecretValue("value"), new AwsSecretCreation { ReplicaRegions = [Second] }, Cancellation);
        var hanging = new TaskCompletionSource();
        server.Fault = async (call, context) =>
        {
            if (call.Region != First)
                return false;
            hanging.SetResult();
            await new TaskCompletionSource().Task.WaitAsync(context.RequestAborted);
            return true;
        };

        Task<AwsSecretValue?> read = client.GetAsync("name", cancellationToken: Cancellation);
        await hanging.Task;
        Assert.False(read.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(version.VersionId, (await read)?.VersionId);
    }

    [Theory]
    [InlineData("ResourceNotFoundException")]
    [InlineData("AccessDeniedException")]
    public async Task Get_FirstRegionAnswers_NobodyElseIsAsked(string code)
    {
        await using FakeSecretsManager server = await StartAsync();
        using AwsSecretsManagerClient client = Client(server);
        await client.CreateAsync("name", new SecretValue("value"), new AwsSecretCreation { ReplicaRegions = [Second] }, Cancellation);
        server.Calls.Clear();
        server.Fault = (call, context) => FailAsync(call, context, code, First);

        await Record.ExceptionAsync(() => ReadAsync(client, "name"));

        Assert.Equal([First], server.Calls.Select(c => c.Region));
    }

    [Fact]
    public async Task Get_ReplicasDoNotHaveIt_IsTheFailureNotAMiss()
    {
        await using FakeSecretsManager server = await StartAsync();
        using AwsSecretsManagerClient client = Client(server);
        await client.CreateAsync("name", new SecretValue("value"), cancellationToken: Cancellation);
        Fail(server, First);

        SecretProviderException error = await Assert.ThrowsAsync<SecretProviderException>(() => ReadAsync(client, "name"));

        Assert.True(error.IsTransient);
        Assert.Contains("AWS answered InternalServiceError (HTTP 500", error.Message, StringComparison.Ordinal);
        Assert.Contains("The replica regions did not give it either.", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{Second}: AWS answered ResourceNotFoundException", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{Third}: AWS answered ResourceNotFoundException", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetMany_FirstRegionFails_GivesWhatIsReplicated()
    {
        await using FakeSecretsManager server = await StartAsync();
        using AwsSecretsManagerClient client = Client(server);
        await client.CreateAsync("here", new SecretValue("value"), cancellationToken: Cancellation);
        await client.CreateAsync("everywhere", new SecretValue("value"), new AwsSecretCreation { ReplicaRegions = [Second] }, Cancellation);
        Fail(server, First);

        IReadOnlyList<Secret> found = await new AwsSecretsManagerProvider(client).GetManyAsync(["here", "everywhere"], Cancellation);

        // The one that is left out is asked for by itself, and that is where its failure shows.
        Assert.Equal("everywhere", Assert.Single(found).Name);
    }

    [Fact]
    public async Task Write_FirstRegionFails_GoesNowhereElse()
    {
        await using FakeSecretsManager server = await StartAsync();
        using AwsSecretsManagerClient client = Client(server);
        Fail(server, First);

        await Assert.ThrowsAsync<SecretProviderException>(async () => await new AwsSecretsManagerProvider(client).SetAsync("name", new SecretValue("x"), Cancellation));
        await Assert.ThrowsAsync<SecretProviderException>(async () => await client.ListAsync(cancellationToken: Cancellation).CountAsync(Cancellation));

        Assert.All(server.Calls, call => Assert.Equal(First, call.Region));
    }

    private static Task<FakeSecretsManager> StartAsync() => FakeSecretsManager.StartAsync(Cancellation);

    private static void Fail(FakeSecretsManager server, params string[] regions) =>
        server.Fault = (call, context) => FailAsync(call, context, "InternalServiceError", regions);

    private static async Task<bool> FailAsync(FakeCall call, HttpContext context, string code, params string[] regions)
    {
        if (!regions.Contains(call.Region))
            return false;
        await FakeSecretsManager.FailAsync(context, code == "InternalServiceError" ? 500 : 400, code);
        return true;
    }

    private static async Task<string?> ReadAsync(AwsSecretsManagerClient client, string id)
    {
        AwsSecretValue? found = await client.GetAsync(id, cancellationToken: Cancellation);
        Assert.Equal("value", found?.Value.RevealString());
        return found?.VersionId;
    }

    private AwsSecretsManagerClient Client(FakeSecretsManager server) => new(
        server.Options(o =>
        {
            o.ReplicaRegions.Add(Second);
            o.ReplicaRegions.Add(Third);
        }),
        _time,
        _logs);
}
