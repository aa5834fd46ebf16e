using Varai.Secrets;

namespace Varai.Aws.Tests.Secrets;

/// <summary>What the client can do beyond the contract, on moto. Left out are its known defects: after <c>UpdateSecretVersionStage</c> moves
/// AWSCURRENT it still reads the old version, and <c>RotateSecret</c>, which we do not call.</summary>
public sealed class AwsMotoTests(MotoServer moto) : IClassFixture<MotoServer>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_VersionsAndStages_AreReadByArnToo()
    {
        using var client = new AwsSecretsManagerClient(moto.Options());
        string name = NewName();
        AwsSecretVersion first = await client.CreateAsync(name, new SecretValue("one"), cancellationToken: Cancellation);
        AwsSecretVersion second = await client.PutAsync(name, new SecretValue("two"), cancellationToken: Cancellation);
        AwsSecretVersion pending = await client.PutAsync(first.Arn, new SecretValue("three"), "AWSPENDING", Cancellation);

        Assert.Equal("two", await ReadAsync(client, name));
        Assert.Equal("two", await ReadAsync(client, first.Arn));
        Assert.Equal("one", await ReadAsync(client, first.Arn, first.VersionId));
        Assert.Equal("one", await ReadAsync(client, name, stage: "AWSPREVIOUS"));
        Assert.Equal("three", await ReadAsync(client, name, stage: "AWSPENDING"));
        Assert.Null(await ReadAsync(client, name, stage: "NOSUCHSTAGE"));
        Assert.Null(await ReadAsync(client, name, Guid.NewGuid().ToString()));

        AwsSecretDescription? description = await client.DescribeAsync(name, Cancellation);
        Assert.Equal(second.VersionId, description!.FindVersion("AWSCURRENT"));
        Assert.Equal(pending.VersionId, description.FindVersion("AWSPENDING"));
        Assert.Equal(first.Arn, description.Arn);
    }

    [Fact]
    public async Task Provider_VersionInTheRequest_IsAnIdOrAStage()
    {
        using var client = new AwsSecretsManagerClient(moto.Options());
        var provider = new AwsSecretsManagerProvider(client);
        string name = NewName();
        string? first = await provider.SetAsync(name, new SecretValue("one"), Cancellation);
        await provider.SetAsync(name, new SecretValue("two"), Cancellation);
        string arn = (await client.DescribeAsync(name, Cancellation))!.Arn;

        Secret? previous = await provider.GetAsync(new SecretRequest(name) { Version = "AWSPREVIOUS" }, Cancellation);
        Secret? byId = await provider.GetAsync(new SecretRequest(arn) { Version = first }, Cancellation);

        Assert.Equal(("one", first), (previous?.RevealString(), previous?.Version));
        Assert.Equal(("one", first, arn), (byId?.RevealString(), byId?.Version, byId?.Name));
        Assert.NotNull(byId?.CreatedAt);
        await Assert.ThrowsAsync<ArgumentException>(async () => await provider.SetAsync(arn.Replace(name, "other-AbCdEf", StringComparison.Ordinal), new SecretValue("x"), Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(async () => await provider.SetAsync(name + ":x", new SecretValue("x"), Cancellation));
    }

    [Fact]
    public async Task MoveStage_OwnStage_Moves()
    {
        using var client = new AwsSecretsManagerClient(moto.Options());
        string name = NewName();
        AwsSecretVersion first = await client.CreateAsync(name, new SecretValue("one"), cancellationToken: Cancellation);
        await client.PutAsync(name, new SecretValue("two"), cancellationToken: Cancellation);

        await client.MoveStageAsync(name, "blue", first.VersionId, cancellationToken: Cancellation);
        Assert.Equal("one", await ReadAsync(client, name, stage: "blue"));

        await client.MoveStageAsync(name, "blue", toVersionId: null, first.VersionId, Cancellation);
        Assert.Null(await ReadAsync(client, name, stage: "blue"));
    }

    [Fact]
    public async Task Create_EverythingSet_IsDescribed()
    {
        using var client = new AwsSecretsManagerClient(moto.Options(o =>
        {
            o.Tags["team"] = "shop";
            o.Tags["stage"] = "test";
        }));
        string name = NewName();

        await client.CreateAsync(
            name,
            new SecretValue([0, 255, 128]),
            new AwsSecretCreation { Description = "für \"alle\"", KmsKeyId = "alias/mine", Tags = new Dictionary<string, string> { ["stage"] = "prod" } },
            Cancellation);

        AwsSecretDescription? found = await client.DescribeAsync(name, Cancellation);
        Assert.Equal(("für \"alle\"", "alias/mine"), (found?.Description, found?.KmsKeyId));
        Assert.Equal([new("stage", "prod"), new("team", "shop")], found!.Tags.OrderBy(t => t.Key, StringComparer.Ordinal));
        Assert.InRange(found.CreatedAt!.Value, TimeProvider.System.GetUtcNow().AddMinutes(-1), TimeProvider.System.GetUtcNow().AddMinutes(1));
        using SecretValue value = (await client.GetAsync(name, cancellationToken: Cancellation))!.Value;
        Assert.Equal([0, 255, 128], value.RevealBytes().ToArray());
        Assert.Null(await client.DescribeAsync(NewName(), Cancellation));
    }

    [Fact]
    public async Task List_MoreThanAPage_GivesEachOnceByEachFilter()
    {
        using var client = new AwsSecretsManagerClient(moto.Options());
        string prefix = NewName();
        string tag = "tag-" + prefix;
        for (int i = 0; i < 105; i++)
        {
            await client.CreateAsync(
                $"{prefix}/{i}",
                new SecretValue("x"),
                i < 3 ? new AwsSecretCreation { Tags = new Dictionary<string, string> { [tag] = $"v{i % 2}{prefix}" }, Description = $"Words of {prefix}" } : null,
                Cancellation);
        }

        Assert.Equal(105, (await ListAsync(AwsSecretFilter.NamePrefix(prefix))).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(3, (await ListAsync(AwsSecretFilter.TagKey(tag))).Count);
        Assert.Equal([$"{prefix}/1"], await ListAsync(AwsSecretFilter.TagValue("v1" + prefix)));
        Assert.Equal([$"{prefix}/0"], await ListAsync(AwsSecretFilter.TagKey(tag), AwsSecretFilter.NamePrefix($"{prefix}/0")));
        Assert.Equal(3, (await ListAsync(AwsSecretFilter.Anywhere("Words"), AwsSecretFilter.NamePrefix(prefix))).Count);
        await client.DeleteAsync($"{prefix}/0", cancellationToken: Cancellation);
        Assert.Equal(104, (await ListAsync(AwsSecretFilter.NamePrefix(prefix))).Count);
        Assert.Equal(105, await client.ListAsync([AwsSecretFilter.NamePrefix(prefix)], includeDeleted: true, Cancellation).CountAsync(Cancellation));

        async Task<List<string>> ListAsync(params AwsSecretFilter[] filters) =>
            await client.ListAsync(filters, cancellationToken: Cancellation).Select(s => s.Name).ToListAsync(Cancellation);
    }

    [Fact]
    public async Task GetMany_MoreThanTwenty_ReportsTheRestById()
    {
        using var client = new AwsSecretsManagerClient(moto.Options());
        string prefix = NewName();
        string[] names = [.. Enumerable.Range(0, 25).Select(i => $"{prefix}-{i}")];
        foreach (string name in names)
            await client.CreateAsync(name, new SecretValue("of " + name), cancellationToken: Cancellation);
        await client.DeleteAsync(names[3], cancellationToken: Cancellation);

        AwsSecretBatch batch = await client.GetManyAsync([.. names, $"{prefix}-none"], Cancellation);

        Assert.Equal(24, batch.Values.Count);
        Assert.All(batch.Values, v => Assert.Equal("of " + v.Name, v.Value.RevealString()));
        Assert.Equal(
            [new(names[3], "InvalidRequestException"), new($"{prefix}-none", "ResourceNotFoundException")],
            batch.Errors.OrderBy(e => e.Code, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Delete_WithRecoveryWindow_IsGoneUntilRestored()
    {
        using var client = new AwsSecretsManagerClient(moto.Options(o => o.DeleteRecoveryWindow = TimeSpan.FromDays(7)));
        string name = NewName();
        await client.CreateAsync(name, new SecretValue("kept"), cancellationToken: Cancellation);

        DateTimeOffset? gone = await client.DeleteAsync(name, cancellationToken: Cancellation);

        Assert.InRange(gone!.Value - TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(6.9), TimeSpan.FromDays(7.1));
        Assert.Null(await ReadAsync(client, name));
        Assert.Null(await client.DeleteAsync(name, cancellationToken: Cancellation));
        Assert.NotNull((await client.DescribeAsync(name, Cancellation))?.DeletedAt);
        Assert.True(await client.RestoreAsync(name, Cancellation));
        Assert.Equal("kept", await ReadAsync(client, name));
        Assert.NotNull(await client.DeleteAsync(name, TimeSpan.Zero, Cancellation));
        Assert.False(await client.RestoreAsync(name, Cancellation));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => client.DeleteAsync(name, TimeSpan.FromDays(6), Cancellation));
    }

    [Fact]
    public async Task Get_FromAReplica_GivesTheSameVersion()
    {
        using var client = new AwsSecretsManagerClient(moto.Options());
        string name = NewName();
        AwsSecretVersion version = await client.CreateAsync(
            name, new SecretValue("everywhere"), new AwsSecretCreation { ReplicaRegions = ["eu-west-1"] }, Cancellation);
        using var replica = new AwsSecretsManagerClient(moto.Options(o => o.Region = "eu-west-1"));

        AwsSecretDescription? description = await replica.DescribeAsync(name, Cancellation);

        Assert.Equal("us-east-1", description?.PrimaryRegion);
        Assert.Equal(version.VersionId, description?.FindVersion("AWSCURRENT"));
        Assert.Equal(version.Arn.Replace("us-east-1", "eu-west-1", StringComparison.Ordinal), description?.Arn);
    }

    private static string NewName() => $"moto-{Guid.NewGuid():N}";

    private static async Task<string?> ReadAsync(AwsSecretsManagerClient client, string id, string? version = null, string? stage = null)
    {
        using SecretValue? value = (await client.GetAsync(id, version, stage, Cancellation))?.Value;
        return value?.RevealString();
    }
}
