using Varai.Secrets;
using Varai.Testing.Secrets;

namespace Varai.Tests.Secrets;

public sealed class SecretStoreFieldTests
{
    private const string Json = """
        {"user":"ann","na\u006de":"J\u00f6\"rg\n","port":5432,"ssl":true,"none":null,"nested":{"deep":{"key":"d"},"list":[{"k":"zero"},"one",2]},
         "a.b":"whole","a":{"b":"parts","c.d":"rest"},"twice":"first","twice":"last","obj":{"x": [1, 2]}}
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("user", "ann")]
    [InlineData("name", "Jö\"rg\n")]
    [InlineData("port", "5432")]
    [InlineData("ssl", "true")]
    [InlineData("nested.deep.key", "d")]
    [InlineData("nested.list.0.k", "zero")]
    [InlineData("nested.list.1", "one")]
    [InlineData("nested.list.2", "2")]
    [InlineData("a.b", "whole")]
    [InlineData("a.c.d", "rest")]
    [InlineData("twice", "last")]
    [InlineData("obj", """{"x": [1, 2]}""")]
    [InlineData("obj.x", "[1, 2]")]
    public async Task GetSecret_field_is_the_text_of_the_property(string field, string expected)
    {
        var provider = new InMemorySecretProvider();
        provider.Set("login", Json);
        using var harness = new SecretStoreHarness(provider);

        Assert.Equal(expected, await harness.Store.GetSecretAsync("login#" + field, Cancellation));
        Assert.Equal(expected, harness.Store.GetSecret("login#" + field));
        Assert.Equal(expected, harness.Store.GetHandle("login#" + field).GetSecret());
        Secret? secret = harness.Store.FindSecret("login@1#" + field);
        Assert.Equal((expected, "login@1#" + field, "memory", "1"), (secret!.RevealString(), secret.Name, secret.Provider, secret.Version));
        Assert.Equal(2, provider.Reads);
    }

    [Theory]
    [InlineData("missing", "the secret has no 'missing'.")]
    [InlineData("nested.deep.no", "'nested.deep' has no 'no'.")]
    [InlineData("nested.no.more", "'nested' has no 'no' and no 'no.more'.")]
    [InlineData("nested.list.3", "'nested.list' has no '3'.")]
    [InlineData("nested.list.x", "'nested.list' has no 'x'.")]
    [InlineData("none", "the field is null.")]
    [InlineData("user.first", "'user' is neither an object nor an array.")]
    public async Task GetSecret_field_that_is_not_there_says_which_and_shows_nothing_else(string field, string reason)
    {
        var provider = new InMemorySecretProvider();
        provider.Set("login", Json);
        using var harness = new SecretStoreHarness(provider);

        var error = await Assert.ThrowsAsync<SecretException>(async () => await harness.Store.GetSecretAsync("login#" + field, Cancellation));
        Assert.Equal($"The field 'login#{field}' can't be read from 'memory': {reason} Correct the field's path or the secret.", error.Message);
        Assert.Equal("login#" + field, error.SecretName);
        Assert.Throws<SecretException>(() => harness.Store.FindSecret("login#" + field));
    }

    [Theory]
    [InlineData("s3cr3t-canary")]
    [InlineData("{\"user\": s3cr3t-canary}")]
    [InlineData("{\"user\":\"s3cr3t-canary\"")]
    [InlineData("{\"user\":\"s3cr3t-canary\"} s3cr3t-canary")]
    [InlineData("")]
    [InlineData("\"s3cr3t-canary\"")]
    [InlineData("{\"user\":\"s3cr3t-canary\\uD800\"}")]
    public void GetSecret_field_of_what_is_not_json_is_an_error_that_quotes_nothing(string value)
    {
        var provider = new InMemorySecretProvider();
        provider.Set("login", value);
        using var harness = new SecretStoreHarness(provider);

        var error = Assert.Throws<SecretException>(() => harness.Store.GetSecret("login#user"));
        Assert.Null(error.InnerException);
        Assert.DoesNotContain("s3cr3t", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetSecret_field_of_a_missing_secret_is_missing()
    {
        using var harness = new SecretStoreHarness(new InMemorySecretProvider());
        Assert.Null(await harness.Store.FindSecretAsync("login#user", Cancellation));
        var error = Assert.Throws<SecretNotFoundException>(() => harness.Store.GetSecret("login@7#user"));
        Assert.Equal("login@7#user", error.SecretName);
    }

    [Fact]
    public async Task GetSecret_field_follows_the_secret_and_is_parsed_once_per_value()
    {
        var provider = new InMemorySecretProvider();
        provider.Set("login", """{"password":"one"}""");
        using var harness = new SecretStoreHarness(provider);
        Secret? first = await harness.Store.FindSecretAsync("login#password", Cancellation);
        Assert.Same(first, harness.Store.FindSecret("login#password"));

        // Read again, same value: another version of the secret, the same field.
        provider.Set("login", """{"password":"one"}""");
        harness.Store.Invalidate("login");
        Secret? second = await harness.Store.FindSecretAsync("login#password", Cancellation);
        Assert.Equal("2", second!.Version);
        Assert.Same(first!.Value, second.Value);

        provider.Set("login", """{"password":"two"}""");
        harness.Store.Invalidate("login#password");
        Assert.Equal("two", await harness.Store.GetSecretAsync("login#password", Cancellation));
        await harness.Store.SetSecretAsync("login", """{"password":"three"}""", Cancellation);
        Assert.Equal("three", harness.Store.GetSecret("login#password"));
        Assert.Equal(3, provider.Reads);
    }

    [Fact]
    public async Task GetSecret_warm_field_and_handle_allocate_nothing()
    {
        var provider = new InMemorySecretProvider();
        provider.Set("login", Json);
        using var harness = new SecretStoreHarness(provider);
        ISecretHandle handle = harness.Store.GetHandle("login#nested.deep.key");
        await handle.GetSecretAsync(Cancellation);
        _ = handle.GetSecret();

        long least = long.MaxValue;
        for (int batch = 0; batch < 10 && least > 0; batch++)
        {
            int read = 0;
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 10_000; i++)
                read += harness.Store.GetSecret("login#nested.deep.key").Length + handle.GetSecret().Length;
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal(20_000, read);
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public async Task GetSecret_version_is_kept_apart_and_a_write_makes_it_be_read_again()
    {
        var provider = new InMemorySecretProvider();
        provider.Set("key", "one");
        provider.Set("key", "two");
        using var harness = new SecretStoreHarness(provider);

        Assert.Equal("one", await harness.Store.GetSecretAsync("key@1", Cancellation));
        Assert.Equal("two", harness.Store.GetSecret("key"));
        Assert.Null(harness.Store.FindSecret("key@3"));
        Assert.Equal(3, provider.Reads);

        // '3' might as well be 'latest': what it means has changed.
        Assert.Equal("3", await harness.Store.SetSecretAsync("key", "three", Cancellation));
        Assert.Equal("three", harness.Store.GetSecret("key@3"));
        Assert.Equal("one", harness.Store.GetSecret("key@1"));
        Assert.Equal(5, provider.Reads);
    }

    [Theory]
    [InlineData("a#")]
    [InlineData("a@#f")]
    [InlineData("a#b#c")]
    [InlineData("a@1@2")]
    public async Task GetSecret_malformed_address_is_refused(string address)
    {
        var provider = new InMemorySecretProvider();
        using var harness = new SecretStoreHarness(provider);
        await Assert.ThrowsAsync<ArgumentException>(async () => await harness.Store.GetSecretAsync(address, Cancellation));
        Assert.Throws<ArgumentException>(() => harness.Store.GetHandle(address));
        harness.Store.Invalidate(address);
        Assert.Equal(0, provider.Reads);
    }

    [Theory]
    [InlineData("a#b")]
    [InlineData("a@1")]
    public async Task WritesAndWatches_take_plain_names_only(string address)
    {
        using var harness = new SecretStoreHarness(new InMemorySecretProvider());
        await Assert.ThrowsAsync<ArgumentException>(async () => await harness.Store.SetSecretAsync(address, "value", Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(async () => await harness.Store.DeleteSecretAsync(address, Cancellation));
        Assert.Throws<ArgumentException>(() => harness.Store.GetChangeToken(address));
        Assert.Throws<ArgumentException>(() => harness.Store.WatchAsync(address, Cancellation));
    }
}
