using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Varai.AzureCloud.Secrets;
using Varai.AzureCloud.Tests.Server;
using Varai.Secrets;

namespace Varai.AzureCloud.Tests.Secrets;

public sealed class AzureKeyVaultWriteTests : AzureVaultTest
{
    [Fact]
    public async Task Set_stores_text_as_it_is_with_what_the_options_say()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        AzureKeyVaultProvider provider = CreateProvider(
            options =>
            {
                options.ContentType = "text/plain";
                options.Tags["owner"] = "shop";
                options.ExpiresAfter = TimeSpan.FromDays(1);
            },
            time);
        string? version = await provider.SetAsync("API_KEY", new SecretValue("a \"b\" é\n"), Cancellation);
        StoredVersion stored = Server.Vault.Find("API---uKEY")!;
        Assert.Equal(("a \"b\" é\n", "text/plain", version), (stored.Value, stored.ContentType, stored.Id));
        Assert.Equal("shop", (string?)stored.Tags!["owner"]);
        Assert.Equal(time.GetUtcNow().AddDays(1).ToUnixTimeSeconds(), stored.Expires);
        Assert.Null(stored.NotBefore);
        Assert.True(stored.Enabled);
    }

    [Fact]
    public async Task Set_stores_bytes_as_base64_and_says_so()
    {
        AzureKeyVaultProvider provider = CreateProvider(options => options.ContentType = "text/plain");
        await provider.SetAsync("bytes", new SecretValue([0, 255, 1]), Cancellation);
        StoredVersion stored = Server.Vault.Find("bytes")!;
        Assert.Equal(("AP8B", "application/octet-stream;base64"), (stored.Value, stored.ContentType));
        Secret secret = (await ReadAsync(provider, "bytes"))!;
        Assert.Equal([0, 255, 1], secret.Value.RevealBytes().ToArray());
        Assert.Equal("application/octet-stream", secret.ContentType);
    }

    [Theory]
    [InlineData("application/x-pkcs12")]
    [InlineData("application/octet-stream; base64")]
    public async Task Set_with_a_content_type_that_means_base64_stores_text_so_too(string contentType)
    {
        AzureKeyVaultProvider provider = CreateProvider(options => options.ContentType = contentType);
        await provider.SetAsync("text", new SecretValue("abcd"), Cancellation); // base64 itself
        Assert.Equal(("YWJjZA==", contentType), (Server.Vault.Find("text")!.Value, Server.Vault.Find("text")!.ContentType));
        Assert.Equal("abcd", (await ReadAsync(provider, "text"))!.RevealString());
    }

    [Fact]
    public async Task Set_of_a_name_that_is_too_long_says_how_it_would_be_stored()
    {
        ArgumentException e = await Assert.ThrowsAsync<ArgumentException>(
            async () => await CreateProvider().SetAsync(new string('_', 32), new SecretValue("value"), Cancellation));
        Assert.Contains("which has 128 characters; Key Vault takes at most 127.", e.Message, StringComparison.Ordinal);
        Assert.Empty(Server.Requests);
    }

    [Fact]
    public async Task Set_of_a_value_that_is_too_large_says_how_large_it_may_be()
    {
        SecretProviderException e = await Assert.ThrowsAsync<SecretProviderException>(
            async () => await CreateProvider().SetAsync("large", new SecretValue(new string('x', 25_601)), Cancellation));
        Assert.Equal(
            "The secret provider 'azure-key-vault' could not write 'large': The vault refused it (400 BadParameter). The value has 25601 bytes; Key Vault takes at most 25,600 as stored, 15 tags and 255 characters of content type.",
            e.Message);
        Assert.False(e.IsTransient);
    }

    [Fact]
    public async Task Set_does_not_tell_case_apart_unless_told_to()
    {
        AzureKeyVaultProvider provider = CreateProvider();
        await provider.SetAsync("Key", new SecretValue("one"), Cancellation);
        await provider.SetAsync("key", new SecretValue("two"), Cancellation);
        Assert.Equal("two", (await ReadAsync(provider, "Key"))!.RevealString());

        provider = CreateProvider(options => options.CaseSensitiveNames = true);
        await provider.SetAsync("Other", new SecretValue("one"), Cancellation);
        await provider.SetAsync("other", new SecretValue("two"), Cancellation);
        Assert.Equal("one", (await ReadAsync(provider, "Other"))!.RevealString());
        Assert.Equal("two", (await ReadAsync(provider, "other"))!.RevealString());
        Assert.Equal(["key", "Other", "other"], (await ListAsync(provider)).Select(info => info.Name).Order(StringComparer.OrdinalIgnoreCase).ThenBy(n => n, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Delete_can_be_undone_and_a_write_recovers_the_earlier_versions()
    {
        AzureKeyVaultProvider provider = CreateProvider();
        string? first = await provider.SetAsync("key", new SecretValue("one"), Cancellation);
        Assert.True(await provider.DeleteAsync("key", Cancellation));
        Assert.Equal(SecretStage.Deleted, Server.Vault.StageOf("key"));
        Assert.Null(await ReadAsync(provider, "key"));
        Assert.Null(await ReadAsync(provider, "key", first));

        await provider.SetAsync("key", new SecretValue("two"), Cancellation);
        Assert.Equal("two", (await ReadAsync(provider, "key"))!.RevealString());
        Assert.Equal("one", (await ReadAsync(provider, "key", first))!.RevealString());
        Assert.Contains("POST /deletedsecrets/key/recover", Server.Requests);
    }

    [Fact]
    public async Task PurgeOnDelete_leaves_nothing()
    {
        AzureKeyVaultProvider provider = CreateProvider(options => options.PurgeOnDelete = true);
        string? first = await provider.SetAsync("key", new SecretValue("one"), Cancellation);
        Assert.True(await provider.DeleteAsync("key", Cancellation));
        Assert.False(await provider.DeleteAsync("key", Cancellation));
        Assert.Null(Server.Vault.StageOf("key"));
        await provider.SetAsync("key", new SecretValue("two"), Cancellation);
        Assert.Null(await ReadAsync(provider, "key", first));
        Assert.DoesNotContain("POST /deletedsecrets/key/recover", Server.Requests);
    }

    [Fact]
    public async Task PurgeOnDelete_purges_what_was_deleted_before_when_its_name_is_written()
    {
        AzureKeyVaultProvider keeps = CreateProvider();
        string? first = await keeps.SetAsync("key", new SecretValue("one"), Cancellation);
        await keeps.DeleteAsync("key", Cancellation);
        AzureKeyVaultProvider purges = CreateProvider(options => options.PurgeOnDelete = true);
        await purges.SetAsync("key", new SecretValue("two"), Cancellation);
        Assert.Equal("two", (await ReadAsync(purges, "key"))!.RevealString());
        Assert.Null(await ReadAsync(purges, "key", first));
        Assert.Single(Server.Vault.VersionsOf("key"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Set_and_delete_wait_for_what_is_in_progress_with_growing_pauses(bool purges)
    {
        Server.Vault.Slowness = 6;
        var time = new RecordingTimeProvider();
        AzureKeyVaultProvider provider = CreateProvider(options => options.PurgeOnDelete = purges, time);
        await provider.SetAsync("key", new SecretValue("one"), Cancellation);
        Assert.True(await provider.DeleteAsync("key", Cancellation));
        int[] growing = [100, 200, 400, 800, 1600, 2000, 2000];
        Assert.Equal(growing, time.Pauses.Select(pause => (int)pause.TotalMilliseconds));

        time.Forget();
        await provider.SetAsync("key", new SecretValue("two"), Cancellation);
        Assert.Equal("two", Server.Vault.Find("key")!.Value);
        Assert.Equal(purges ? growing[..6] : growing, time.Pauses.Select(pause => (int)pause.TotalMilliseconds));
    }

    [Fact]
    public async Task Set_stops_waiting_when_it_is_cancelled()
    {
        Server.Vault.Slowness = int.MaxValue;
        var time = new FakeTimeProvider();
        AzureKeyVaultProvider provider = CreateProvider(time: time);
        Server.Vault.Plant("key", "one");
        using var cancelling = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task<bool> deletion = provider.DeleteAsync("key", cancelling.Token).AsTask();
        Task<string?> write = provider.SetAsync("key", new SecretValue("two"), cancelling.Token).AsTask();
        await cancelling.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => deletion);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
    }

    [Fact]
    public async Task Delete_that_may_not_purge_says_what_is_left()
    {
        Server.Denied.Add("DELETE deletedsecrets");
        AzureKeyVaultProvider provider = CreateProvider(options => options.PurgeOnDelete = true);
        await provider.SetAsync("key", new SecretValue("one"), Cancellation);
        SecretProviderException e = await Assert.ThrowsAsync<SecretProviderException>(async () => await provider.DeleteAsync("key", Cancellation));
        Assert.Equal(
            "The secret provider 'azure-key-vault' could not purge 'key': The identity may not do that (403 Forbidden, ForbiddenByRbac). Give it the role 'Key Vault Secrets Officer' on the vault, or the same permission in its access policy.",
            e.Message);
        Assert.Equal(SecretStage.Deleted, Server.Vault.StageOf("key"));
    }

    [Fact]
    public async Task Delete_goes_by_the_answer_where_it_may_not_look_at_deleted_secrets()
    {
        Server.Denied.Add("GET deletedsecrets");
        Server.Vault.Plant("key", "one");
        Assert.True(await CreateProvider().DeleteAsync("key", Cancellation));
        Assert.Null(Server.Vault.Find("key"));
    }

    [Fact]
    public async Task Delete_of_a_name_that_is_too_long_is_false() =>
        Assert.False(await CreateProvider().DeleteAsync(new string('a', 128), Cancellation));

    [Fact]
    public async Task Set_after_a_reader_changed_properties_keeps_versions_apart()
    {
        string first = Server.Vault.Plant("key", "one");
        Server.Vault.Answer("PATCH", ["secrets", "key", first], new Dictionary<string, string>(), new JsonObject { ["attributes"] = new JsonObject { ["enabled"] = false } });
        AzureKeyVaultProvider provider = CreateProvider();
        await provider.SetAsync("key", new SecretValue("two"), Cancellation);
        Assert.Equal("two", (await ReadAsync(provider, "key"))!.RevealString());
        await Assert.ThrowsAsync<SecretProviderException>(() => ReadAsync(provider, "key", first));
    }
}
