using Microsoft.Extensions.Logging.Testing;
using Polly.CircuitBreaker;
using Varai.Secrets;

namespace Varai.Tests.Secrets;

public sealed class SecretProviderHealthTests
{
    private readonly FakeLogCollector _logs = new();
    private readonly SecretProviderHealth _health;

    public SecretProviderHealthTests() => _health = new SecretProviderHealth(new SignallingTime(), new FakeLogger(_logs));

    private string Events => string.Join(' ', _logs.GetSnapshot().Select(record => record.Id.Id));

    [Fact]
    public void Failed_one_forbidden_name_among_others_that_work_is_no_failing_provider_and_does_not_flap()
    {
        _health.Succeeded("vault", "good");
        _health.Succeeded("vault", "other");
        for (int i = 0; i < 10; i++)
        {
            _health.Failed("vault", "forbidden", "no permission", isTransient: false);
            _health.Failed("vault", "forbidden", "no permission", isTransient: false);
            _health.Succeeded("vault", "good");
        }

        Assert.Empty(_health.Failing);
        SecretNameFailure failure = Assert.Single(_health.FailingNames);
        Assert.Equal(("vault", "forbidden", 20), (failure.Provider, failure.Name, failure.Count));
        Assert.Equal("1260", Events);
        _health.Succeeded("vault", "forbidden");
        Assert.Empty(_health.FailingNames);
        Assert.Equal("1260 1261", Events);
    }

    [Fact]
    public void Failed_one_name_that_always_takes_too_long_reports_the_provider_once()
    {
        for (int i = 0; i < 10; i++)
        {
            _health.Succeeded("vault", "good");
            _health.Failed("vault", "slow", "timeout", isTransient: true);
        }

        Assert.Equal("1202 1203", Events);
        Assert.Empty(_health.Failing);
        Assert.Single(_health.FailingNames);
    }

    [Fact]
    public void Failed_before_any_success_is_a_failing_provider()
    {
        _health.Failed("vault", "key", "no permission", isTransient: false);
        Assert.Equal(("vault", "no permission", 1), (Assert.Single(_health.Failing).Provider, Assert.Single(_health.Failing).Reason, Assert.Single(_health.Failing).Count));
        _health.Failed("vault", "key", "still none", isTransient: false);
        Assert.Equal(("still none", 2), (Assert.Single(_health.Failing).Reason, Assert.Single(_health.Failing).Count));
        _health.Succeeded("vault", "other");
        Assert.Empty(_health.Failing);
        Assert.Equal("1202 1203", Events);
    }

    [Fact]
    public void Failed_two_names_since_the_last_success_is_a_failing_provider()
    {
        _health.Succeeded("vault", "good");
        _health.Failed("vault", "one", "no permission", isTransient: false);
        Assert.Empty(_health.Failing);
        _health.Failed("vault", "two", "no permission", isTransient: false);
        Assert.Single(_health.Failing);
        Assert.Equal("1260 1202", Events);
    }

    [Fact]
    public void Failed_known_bad_name_in_an_outage_still_shows_the_outage()
    {
        _health.Failed("vault", "forbidden", "no permission", isTransient: false);
        _health.Succeeded("vault", "good");
        _health.Failed("vault", "forbidden", "timeout", isTransient: true);
        Assert.Single(_health.Failing);
    }

    [Fact]
    public void CircuitChanged_open_is_a_failing_provider_until_it_closes()
    {
        _health.Succeeded("vault", "good");
        _health.CircuitChanged("vault", CircuitState.Open, "it is left alone");
        Assert.Equal("it is left alone", Assert.Single(_health.Failing).Reason);
        _health.CircuitChanged("vault", CircuitState.HalfOpen, "");
        Assert.Single(_health.Failing);
        _health.CircuitChanged("vault", CircuitState.Closed, "");
        Assert.Empty(_health.Failing);
        Assert.Equal("1262 1263 1203", Events);
    }

    [Fact]
    public void Failed_more_names_than_are_kept_is_bounded()
    {
        for (int i = 0; i < 5_000; i++)
            _health.Failed("vault", $"key-{i}", "down", isTransient: true);
        Assert.Equal(1_000, _health.FailingNames.Count);
        Assert.Equal(5_000, Assert.Single(_health.Failing).Count);
        Assert.Equal("1202", Events);
    }
}
