using Varai.Secrets;
using Varai.Testing;
using Varai.Testing.Secrets;

namespace Varai.Tests.Secrets;

public sealed class InMemorySecretProviderTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Contract_is_kept()
    {
        var provider = new InMemorySecretProvider();
        await Contract(provider, provider).RunAsync(Cancellation);
    }

    [Fact]
    public async Task GetAsync_each_version_can_be_read()
    {
        var provider = new InMemorySecretProvider();
        provider.Set("key", "one");
        provider.Set("key", "two");
        Secret? first = await provider.GetAsync(new SecretRequest("key") { Version = "1" }, Cancellation);
        Assert.Equal(("one", "1"), (first!.RevealString(), first.Version));
        Assert.Null(await provider.GetAsync(new SecretRequest("key") { Version = "3" }, Cancellation));
    }

    // A contract that accepts a broken provider proves nothing about the good ones.
    [Theory]
    [InlineData("loses values")]
    [InlineData("throws for missing")]
    [InlineData("ignores versions")]
    [InlineData("names another provider")]
    [InlineData("ignores cancellation")]
    [InlineData("prints values")]
    [InlineData("keeps what it gives")]
    [InlineData("trims values")]
    [InlineData("deletes nothing")]
    public async Task Contract_broken_provider_is_found_out(string fault)
    {
        var inner = new InMemorySecretProvider();
        await Assert.ThrowsAsync<ContractException>(() => Contract(new BrokenProvider(inner, fault), inner).RunAsync(Cancellation));
    }

    private static SecretProviderContract Contract(ISecretProvider provider, InMemorySecretProvider backend) => new(provider, (name, value, _) =>
    {
        backend.Set(name, value);
        return Task.CompletedTask;
    });

    private sealed class BrokenProvider(InMemorySecretProvider inner, string fault) : ISecretProvider, ISecretWriter
    {
        private readonly Dictionary<string, Secret> _kept = [];
        private string _printed = "";

        public string Name => inner.Name;

        public async ValueTask<Secret?> GetAsync(SecretRequest request, CancellationToken cancellationToken)
        {
            if (fault == "ignores cancellation")
                cancellationToken = CancellationToken.None;
            if (fault == "ignores versions")
                request = new SecretRequest(request.Name);
            Secret? secret = await inner.GetAsync(request, cancellationToken);
            if (fault == "prints values")
                _printed = secret?.RevealString() ?? "";
            return fault switch
            {
                "loses values" => null,
                "throws for missing" when secret is null => throw new KeyNotFoundException(),
                "keeps what it gives" when secret is not null => Keep(request, secret),
                "names another provider" when secret is not null => new Secret(secret.Name, secret.Value, "other"),
                _ => secret,
            };
        }

        public ValueTask<string?> SetAsync(string name, SecretValue value, CancellationToken cancellationToken) => inner.SetAsync(
            name, fault == "trims values" && value.RevealBytes().Span.EndsWith("\n"u8) ? new SecretValue("trimmed") : value, cancellationToken);

        public ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken) =>
            fault == "deletes nothing" ? new(true) : inner.DeleteAsync(name, cancellationToken);

        public override string ToString() => _printed;

        private Secret Keep(SecretRequest request, Secret secret)
        {
            string key = $"{request}";
            if (!_kept.TryGetValue(key, out Secret? kept) || (!kept.Value.IsDisposed() && !kept.Value.ContentEquals(secret.Value)))
                _kept[key] = kept = secret;
            return kept;
        }
    }
}
