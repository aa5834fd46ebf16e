using System.Text.Json;
using Varai.Secrets;

namespace Varai.Tests.Secrets;

public sealed class SecretValueTests
{
    private const string Canary = "s3cr3t-canary-4f1c";

    [Fact]
    public void ToString_never_shows_the_value()
    {
        var secret = new Secret("key", new SecretValue(Canary), "provider") { Version = "1" };

        Assert.Equal("***", secret.ToString());
        Assert.Equal("***", secret.Value.ToString());
        Assert.Equal("value: ***", $"value: {secret.Value}");
        Assert.DoesNotContain(Canary, new SecretCacheEntry(secret, 0, 0, 0, 0).ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, new SecretAnswer(secret, IsFallback: false).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Serialize_never_shows_the_value(bool revealed)
    {
        var secret = new Secret("key", new SecretValue(Canary), "provider") { Version = "1" };
        if (revealed)
            Assert.Equal(Canary.Length, secret.Value.RevealBytes().Length);
        var options = new JsonSerializerOptions { IncludeFields = true };

        Assert.Equal("""{"Name":"key","Provider":"provider","Version":"1","ExpiresAt":null,"CreatedAt":null,"ContentType":null}""", JsonSerializer.Serialize(secret, options));
        Assert.Equal("{}", JsonSerializer.Serialize(secret.Value, options));
    }

    [Fact]
    public void PublicProperties_and_fields_do_not_reach_the_value()
    {
        // What a destructuring logger or another serialiser walks.
        Assert.Empty(typeof(SecretValue).GetProperties());
        Assert.All(typeof(SecretValue).GetFields(), field => Assert.True(field.IsLiteral));
    }

    [Fact]
    public void Reveal_gives_the_same_object_each_time()
    {
        byte[] bytes = "é"u8.ToArray();
        var value = new SecretValue(bytes);

        Assert.Equal("é", value.RevealString());
        Assert.Same(value.RevealString(), value.RevealString());
        Assert.True(value.RevealBytes().Equals(value.RevealBytes()));
        Assert.Equal(bytes, value.RevealBytes().ToArray());
        Assert.Equal(bytes, new SecretValue("é").RevealBytes().ToArray());
    }

    [Fact]
    public void Constructor_copies_the_bytes_and_Dispose_zeroes_the_copy()
    {
        byte[] bytes = "é"u8.ToArray();
        var value = new SecretValue(bytes);
        bytes[0] = 0;
        ReadOnlyMemory<byte> held = value.RevealBytes();
        Assert.Equal([0xC3, 0xA9], held.ToArray());

        value.Dispose();
        value.Dispose();

        Assert.Equal([0, 0], held.ToArray());
        Assert.True(value.IsDisposed());
        Assert.Throws<ObjectDisposedException>(() => value.RevealString());
        Assert.Throws<ObjectDisposedException>(() => value.RevealBytes());
        Assert.Throws<ObjectDisposedException>(() => value.ContentEquals(new SecretValue("a")));
    }

    [Fact]
    public void RevealString_binary_says_so_without_the_bytes()
    {
        var value = new SecretValue([0x41, 0xFF]);
        var error = Assert.Throws<InvalidOperationException>(() => value.RevealString());
        Assert.Equal("The value is binary, not UTF-8 text. Call RevealBytes instead.", error.Message);
        Assert.Null(error.InnerException);
    }

    [Fact]
    public void RevealString_while_it_is_disposed_gives_all_of_the_text_or_an_error()
    {
        byte[] bytes = new byte[2 * 1024 * 1024];
        Array.Fill(bytes, (byte)'a');
        for (int round = 0; round < 50; round++)
        {
            var value = new SecretValue(bytes);
            using var begin = new Barrier(2);
            string? text = null;
            var reader = new Thread(() =>
            {
                begin.SignalAndWait(TestContext.Current.CancellationToken);
                try
                {
                    text = value.RevealString();
                }
                catch (ObjectDisposedException)
                {
                    // The other thread was first.
                }
            });
            reader.Start();
            begin.SignalAndWait(TestContext.Current.CancellationToken);
            value.Dispose();
            reader.Join();

            Assert.False(text?.AsSpan().ContainsAnyExcept('a') ?? false, "A part of the text had been overwritten.");
            Assert.Throws<ObjectDisposedException>(() => value.RevealString());
        }
    }

    [Fact]
    public void Secret_RevealString_of_a_disposed_value_does_not_call_it_binary()
    {
        var secret = new Secret("key", new SecretValue("text"), "provider");
        secret.Value.Dispose();
        Assert.Throws<ObjectDisposedException>(() => secret.RevealString());
    }

    [Fact]
    public void ContentEquals_compares_bytes()
    {
        Assert.True(new SecretValue("é").ContentEquals(new SecretValue([0xC3, 0xA9])));
        Assert.False(new SecretValue("a").ContentEquals(new SecretValue("b")));
        Assert.False(new SecretValue("a").ContentEquals(null));
    }
}
