using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Varai.Secrets;

namespace Varai.Tests.Secrets;

/// <summary>What a provider's own exception may tell.</summary>
public sealed class SecretFailuresTests
{
    private const string Canary = "s3cr3t-canary-4f1c";

    public static TheoryData<Exception, string, bool> Thrown => new()
    {
        { new InvalidOperationException(Canary), "it threw InvalidOperationException;", false },
        { new JsonException($"'{Canary}' is an invalid start of a value", new InvalidOperationException(Canary)), "it threw JsonException;", false },
        { new HttpRequestException(Canary, null, HttpStatusCode.ServiceUnavailable), "it threw HttpRequestException (HTTP 503);", true },
        { new HttpRequestException(Canary, null, HttpStatusCode.TooManyRequests), "it threw HttpRequestException (HTTP 429);", true },
        { new HttpRequestException(Canary, null, HttpStatusCode.Forbidden), "it threw HttpRequestException (HTTP 403);", false },
        { new HttpRequestException(HttpRequestError.ConnectionError, Canary), "it threw HttpRequestException (ConnectionError);", true },
        { new SocketException((int)SocketError.ConnectionRefused, Canary), "it threw SocketException (ConnectionRefused);", true },
        { new IOException(Canary, 0x20), "it threw IOException (0x00000020);", false },
        { new TimeoutException(Canary), "it threw TimeoutException;", true },
        { new TaskCanceledException(Canary, new TimeoutException(Canary)), "it threw TaskCanceledException;", true },
        { new AggregateException(Canary, new ArgumentOutOfRangeException(Canary, Canary, Canary)), "it threw ArgumentOutOfRangeException;", false },
    };

    [Theory]
    [MemberData(nameof(Thrown))]
    public void From_foreign_exception_tells_what_can_hold_no_value(Exception thrown, string reason, bool isTransient)
    {
        SecretProviderException error = new SecretFailures(keep: false).From(thrown, "vault", "read", "key");

        Assert.StartsWith($"The secret provider 'vault' could not read 'key': {reason}", error.Message, StringComparison.Ordinal);
        Assert.Equal(isTransient, error.IsTransient);
        Assert.Equal(reason.Contains("429", StringComparison.Ordinal), error.IsThrottled);
        Assert.DoesNotContain(Canary, error.ToString(), StringComparison.Ordinal);
        Assert.Same(thrown, new SecretFailures(keep: true).From(thrown, "vault", "read", "key").InnerException);
    }

    [Fact]
    public void From_error_of_a_provider_loses_its_inner_exception_and_nothing_else()
    {
        var thrown = new SecretProviderException("vault", "read", "key", "it is down: really.", new InvalidOperationException(Canary))
        {
            IsTransient = true,
            IsThrottled = true,
            RetryAfter = TimeSpan.FromSeconds(3),
        };

        SecretProviderException error = new SecretFailures(keep: false).From(thrown, "vault", "read", "key");
        Assert.DoesNotContain(Canary, error.ToString(), StringComparison.Ordinal);
        Assert.Equal(thrown.Message, error.Message);
        Assert.Equal((true, true, TimeSpan.FromSeconds(3), "vault", "read"), (error.IsTransient, error.IsThrottled, error.RetryAfter, error.Provider, error.Operation));
        Assert.Same(thrown, new SecretFailures(keep: true).From(thrown, "vault", "read", "key"));
    }

    [Fact]
    public async Task EveryFailure_of_a_chain_shows_no_value_with_everybody_listening()
    {
        foreach (Exception thrown in Thrown.Select(row => row.Data.Item1))
        {
            using var harness = new SecretChainHarness();
            harness.Options.Resilience.MaxRetries = 0;
            var provider = new ScriptedProvider("vault", harness.Time, (_, _, _) => throw thrown);
            SecretChain chain = harness.Build(provider);
            SecretProviderException error = await SecretChainHarness.FailAsync(chain);
            string all = $"{error}\n{harness.LogText}\n{string.Join('\n', harness.Meters.Seen)}\n{string.Join('\n', chain.Health.Failing)}";
            Assert.DoesNotContain(Canary, all, StringComparison.Ordinal);
            Assert.Contains(thrown is AggregateException ? "ArgumentOutOfRange" : thrown.GetType().Name, all, StringComparison.Ordinal);
        }
    }
}
