using Varai.Secrets;
using Varai.Testing.Secrets;

namespace Varai.Tests.Secrets;

public sealed class SecretWriterTests : IDisposable
{
    private readonly InMemorySecretProvider _first = new("first");
    private readonly InMemorySecretProvider _second = new("second");
    private readonly SecretChainHarness _harness = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _harness.Dispose();

    [Fact]
    public async Task SetSecretAsync_new_name_goes_to_the_writer_added_last() =>
        Assert.Equal("second", await WriteAsync("key"));

    [Fact]
    public async Task SetSecretAsync_name_that_a_writer_holds_goes_there()
    {
        _first.Set("key", "old");
        Assert.Equal("first", await WriteAsync("key"));
        Assert.Equal((1, 0), (_first.Reads, _second.Reads));
    }

    [Fact]
    public async Task SetSecretAsync_only_one_writer_is_not_asked()
    {
        Assert.Equal("first", (await _harness.Build(_first).WriteAsync("key", new SecretValue("v"), Cancellation)).Provider);
        Assert.Equal(0, _first.Reads);
    }

    [Fact]
    public async Task SetSecretAsync_embedded_writer_is_the_last_resort()
    {
        string folder = Directory.CreateTempSubdirectory("varai-writer-").FullName;
        var files = new FileSecretProvider("files", folder, requirePrivateFiles: false, new Microsoft.Extensions.Logging.Testing.FakeLogger<FileSecretProvider>());
        Assert.Equal("first", (await _harness.Build(_first, files).WriteAsync("new", new SecretValue("v"), Cancellation)).Provider);
        Assert.Equal("files", (await _harness.Build(files).WriteAsync("new", new SecretValue("v"), Cancellation)).Provider);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task SetSecretAsync_named_writer_gets_new_names_and_is_not_chosen_where_it_would_be_shadowed()
    {
        _harness.Options.Writer = "Second";
        Assert.Equal("second", await WriteAsync("key"));

        _first.Set("shadowed", "old");
        var error = await Assert.ThrowsAsync<SecretException>(() => WriteAsync("shadowed"));
        Assert.Equal(
            "The secret 'shadowed' was not written to 'second': 'first' is asked before it and holds the name, so the new value would not be read. "
            + "Change it in 'first' or remove it there.",
            error.Message);
    }

    [Fact]
    public async Task SetSecretAsync_route_decides_with_its_first_writer()
    {
        var route = new SecretRoute { Pattern = "routed/*" };
        route.Providers.Add("first");
        route.Providers.Add("second");
        _harness.Options.Routes.Add(route);
        _harness.Options.Writer = "second";
        Assert.Equal("first", await WriteAsync("routed/key"));
        Assert.Equal(0, _first.Reads + _second.Reads);
    }

    [Fact]
    public void Constructor_writer_that_can_not_write_or_would_never_be_read_is_refused()
    {
        _harness.Options.Writer = "mount";
        var mount = new ReadOnlySecretProvider(new InMemorySecretProvider("mount"));
        var error = Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(() => _harness.Build(_first, mount));
        Assert.Equal("Varai:Secrets:Writer names 'mount', which can't write. These can: first.", error.Message);

        _harness.Options.Writer = "second";
        _harness.Options.Providers.Add("first");
        error = Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(() => _harness.Build(_first, _second));
        Assert.Equal(
            "Varai:Secrets:Writer names 'second', which is not listed under Varai:Secrets:Providers, so what it writes would never be read.", error.Message);
    }

    [Fact]
    public async Task SetSecretAsync_writer_that_can_not_be_asked_fails_the_write_unless_it_is_optional()
    {
        _first.Failure = () => new InvalidOperationException();
        await Assert.ThrowsAsync<SecretProviderException>(() => WriteAsync("key"));
        Assert.Equal(0, _second.Writes);

        _harness.Options.OptionalProviders.Add("first");
        Assert.Equal("second", await WriteAsync("key"));
        Assert.Contains("1264 A read of the secret 'key' passed over the optional provider 'first'", _harness.LogText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DeleteSecretAsync_deletes_where_it_is()
    {
        _first.Set("key", "old");
        SecretChain chain = _harness.Build(new ReadOnlySecretProvider(new InMemorySecretProvider("mount")), _first, _second);
        Assert.True(await chain.DeleteAsync("key", Cancellation));
        Assert.Equal((1, 0), (_first.Writes, _second.Writes));
        Assert.False(await chain.DeleteAsync("key", Cancellation));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SetAsync_that_hangs_ends_with_the_write_timeout(bool ignoresToken)
    {
        _first.Gate = new TaskCompletionSource().Task;
        _first.IgnoresCancellation = ignoresToken;
        SecretChain chain = _harness.Build(_first);
        Task write = chain.WriteAsync("key", new SecretValue("v"), Cancellation).AsTask();
        Task delete = chain.DeleteAsync("key", Cancellation).AsTask();

        _harness.Time.Advance(TimeSpan.FromSeconds(30) - TimeSpan.FromTicks(1));
        Assert.False(write.IsCompleted || delete.IsCompleted);
        _harness.Time.Advance(TimeSpan.FromTicks(1));

        var error = await Assert.ThrowsAsync<SecretProviderException>(() => write);
        Assert.Equal(
            "The secret provider 'first' could not write 'key': it did not answer within 00:00:30, so it is not known whether the secret was written. "
            + "Read it before you try again.",
            error.Message);
        error = await Assert.ThrowsAsync<SecretProviderException>(() => delete);
        Assert.Contains("whether the secret was deleted", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, _first.Writes);
    }

    [Fact]
    public async Task SetAsync_that_hangs_and_ignores_its_token_ends_with_the_callers()
    {
        _first.Gate = new TaskCompletionSource().Task;
        _first.IgnoresCancellation = true;
        using var caller = new CancellationTokenSource();
        Task write = _harness.Build(_first).WriteAsync("key", new SecretValue("v"), caller.Token).AsTask();

        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
    }

    [Fact]
    public async Task SetAsync_is_repeated_after_a_refusal_and_after_nothing_else()
    {
        _first.Failure = () => new SecretProviderException("first", "write", "key", "it is down.") { IsTransient = true };
        SecretChain chain = _harness.Build(_first);
        await Assert.ThrowsAsync<SecretProviderException>(async () => await chain.WriteAsync("key", new SecretValue("v"), Cancellation));
        Assert.Equal(1, _first.Writes);

        _first.Failure = () => new SecretProviderException("first", "write", "key", "too many.") { IsTransient = true, IsThrottled = true };
        Task<Secret> write = chain.WriteAsync("key", new SecretValue("v"), Cancellation).AsTask();
        await _harness.Time.WhenTimersAsync(2, Cancellation);
        _first.Failure = null;
        _harness.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("1", (await write).Version);
        Assert.Equal(3, _first.Writes);
    }

    [Fact]
    public async Task SetAsync_argument_error_is_the_callers()
    {
        _first.Failure = () => new ArgumentException("no such name here");
        await Assert.ThrowsAsync<ArgumentException>(async () => await _harness.Build(_first).WriteAsync("key", new SecretValue("v"), Cancellation));
    }

    private async Task<string> WriteAsync(string name) =>
        (await _harness.Build(new ReadOnlySecretProvider(new InMemorySecretProvider("mount")), _first, _second)
            .WriteAsync(name, new SecretValue("value"), Cancellation)).Provider;
}
