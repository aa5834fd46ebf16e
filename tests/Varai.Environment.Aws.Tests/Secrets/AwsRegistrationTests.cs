using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Varai.Secrets;
using Varai.Tests.TestResources;

namespace Varai.Aws.Tests.Secrets;

public sealed class AwsRegistrationTests : IDisposable
{
    private readonly TemporaryFolder _root = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task AddAwsSecretsManager_ByCode_IsReadThroughTheStore()
    {
        await using FakeSecretsManager server = await FakeSecretsManager.StartAsync(Cancellation);
        using IHost host = Build(builder => builder.AddAwsSecretsManager(o => Copy(server, o)));
        await host.StartAsync(Cancellation);
        var client = host.Services.GetRequiredService<AwsSecretsManagerClient>();
        await client.CreateAsync("db-login", new SecretValue("""{"user":"shop","password":"p"}"""), cancellationToken: Cancellation);
        var store = host.Services.GetRequiredService<ISecretStore>();

        Assert.Equal("p", await store.GetSecretAsync("db-login#password", Cancellation));
        Secret? secret = await store.FindSecretAsync("db-login@AWSCURRENT", Cancellation);
        Assert.Equal("aws-secrets-manager", secret?.Provider);
        Assert.Contains("db-login", await store.ListSecretsAsync(cancellationToken: Cancellation).Select(s => s.Name).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task AddAwsSecretsManager_ByConfiguration_IsTheSame()
    {
        await using FakeSecretsManager server = await FakeSecretsManager.StartAsync(Cancellation);
        using IHost host = Build(
            builder => builder.AddAwsSecretsManager().AddAwsSecretsManager("aws-other"),
            ("Varai:AwsSecretsManager:Region", "eu-west-1"),
            ("Varai:AwsSecretsManager:ReplicaRegions:0", "us-east-1"),
            ("Varai:AwsSecretsManager:NamePrefix", "shop/"),
            ("Varai:AwsSecretsManager:DeleteRecoveryWindow", "7.00:00:00"),
            ("Varai:AwsSecretsManager:Tags:team", "shop"),
            ("Varai:AwsSecretsManager:KmsKeyId", "alias/mine"),
            ("Varai:aws-other:Endpoint", server.Endpoint),
            ("Varai:aws-other:RegionTimeout", "00:00:01"),
            ("Varai:aws-other:Profile", "other"));
        await host.StartAsync(Cancellation);

        AwsSecretsManagerOptions first = host.Services.GetRequiredService<IOptions<AwsSecretsManagerOptions>>().Value;
        Assert.Equal(("eu-west-1", "us-east-1", "shop/", "alias/mine"), (first.Region, Assert.Single(first.ReplicaRegions), first.NamePrefix, first.KmsKeyId));
        Assert.Equal((TimeSpan.FromDays(7), "shop"), (first.DeleteRecoveryWindow, first.Tags["team"]));
        AwsSecretsManagerOptions other = host.Services.GetRequiredKeyedService<AwsSecretsManagerClient>("aws-other").Settings;
        Assert.Equal((server.Endpoint, "other", TimeSpan.FromSeconds(1), null), (other.Endpoint, other.Profile, other.RegionTimeout, other.Region));
    }

    [Fact]
    public void AddAwsSecretsManager_Twice_IsOneForEachNameAndSettingsAddUp()
    {
        using IHost host = Build(builder => builder
            .AddAwsSecretsManager(o => o.Region = "eu-west-1").AddAwsSecretsManager("aws-b").AddAwsSecretsManager("aws-b", o => o.NamePrefix = "b/")
            .AddAwsSecretsManager(o => o.NamePrefix = "a/").AddAwsSecretsManager("aws-secrets-manager", o => o.KmsKeyId = "k"));

        Assert.Equal(
            ["aws-secrets-manager", "aws-b"],
            host.Services.GetServices<ISecretProvider>().Select(p => p.Name).Where(n => n.StartsWith("aws", StringComparison.Ordinal)));
        AwsSecretsManagerOptions settings = host.Services.GetRequiredService<AwsSecretsManagerClient>().Settings;
        Assert.Equal(("eu-west-1", "a/", "k"), (settings.Region, settings.NamePrefix, settings.KmsKeyId));
        Assert.Equal("b/", host.Services.GetRequiredKeyedService<AwsSecretsManagerClient>("aws-b").Settings.NamePrefix);
    }

    [Theory]
    [InlineData("Varai:AwsSecretsManager:Regoin", "eu-west-1", "Varai:AwsSecretsManager: ", "'Regoin'")]
    [InlineData("Varai:AwsSecretsManager:Region", "EU", "Varai:AwsSecretsManager:Region is 'EU'; it must be a region's name", "")]
    [InlineData("Varai:aws-b:NamePrefix", "#", "Varai:aws-b:NamePrefix is '#'; it must be at most 512 letters", "")]
    [InlineData("Varai:aws-c:Region", "eu-west-1", "Varai:aws-c is not known", "aws-b")]
    public async Task Start_UnknownKeyOrBadValue_StopsTheHost(string key, string value, string start, string contained)
    {
        using IHost host = Build(builder => builder.AddAwsSecretsManager().AddAwsSecretsManager("aws-b"), (key, value));

        OptionsValidationException error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Cancellation));

        Assert.StartsWith(start, error.Message, StringComparison.Ordinal);
        Assert.Contains(contained, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("AWS")]
    [InlineData("a:b")]
    public void AddAwsSecretsManager_BadName_IsRefused(string name) =>
        Assert.Throws<ArgumentException>(() => new VaraiBuilder(new ServiceCollection()).AddAwsSecretsManager(name));

    private static void Copy(FakeSecretsManager server, AwsSecretsManagerOptions options)
    {
        AwsSecretsManagerOptions from = server.Options();
        (options.Region, options.Endpoint, options.Credentials) = (from.Region, from.Endpoint, from.Credentials);
    }

    private IHost Build(Action<VaraiBuilder> configure, params (string Key, string Value)[] settings)
    {
        HostApplicationBuilder host = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = _root.Root });
        host.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
        configure(host.AddVarai());
        return host.Build();
    }
}
