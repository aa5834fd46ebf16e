using System.Diagnostics;
using Varai.Diagnostics;
using Varai.Secrets;
using Varai.Testing.Secrets;

namespace Varai.Tests.Secrets;

public sealed class SecretResilienceTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly SecretChainHarness _harness = new();
    private readonly TaskCompletionSource<Secret?> _never = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _harness.Dispose();

    [Fact]
    public async Task ReadAsync_transient_failure_is_repeated_until_it_works()
    {
        ScriptedProvider provider = Provider((request, call, _) =>
            call < 3 ? throw ScriptedProvider.Error("vault") : new(ScriptedProvider.Found(request, "vault")));
        ValueTask<SecretAnswer> read = SecretChainHarness.ReadAsync(_harness.Build(provider));

        // One timer for all attempts, one for each wait.
        await AdvanceAsync(2, 10 * Second);
        await AdvanceAsync(3, 10 * Second);
        Assert.Equal("value", (await read).Secret!.RevealString());
        Assert.Equal(3, provider.Count);
        Assert.Equal(2, _harness.Meters.Count("varai.secrets.provider.retries vault read 1"));
        Assert.Equal(2, _harness.Meters.Count("varai.secrets.provider.duration vault read failed"));
        Assert.Equal(1, _harness.Meters.Count("varai.secrets.provider.duration vault read done"));
        Assert.DoesNotContain("1202", _harness.LogText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_failure_that_lasts_is_reported_after_the_last_repetition()
    {
        _harness.Options.Resilience.MaxRetries = 1;
        ScriptedProvider provider = Provider((_, _, _) => throw ScriptedProvider.Error("vault"));
        Task<SecretProviderException> failing = SecretChainHarness.FailAsync(_harness.Build(provider));

        await AdvanceAsync(2, 10 * Second);
        Assert.Equal("The secret provider 'vault' could not read 'key': it is down.", (await failing).Message);
        Assert.Equal(2, provider.Count);
        Assert.Contains("1202 The secret provider 'vault' fails:", _harness.LogText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ReadAsync_failure_that_lasts_or_missing_is_not_repeated(bool missing)
    {
        ScriptedProvider provider = Provider((_, _, _) => missing ? default : throw ScriptedProvider.Error("vault", transient: false));
        ValueTask<SecretAnswer> read = SecretChainHarness.ReadAsync(_harness.Build(provider));

        Assert.True(read.IsCompleted);
        if (missing)
            Assert.Null((await read).Secret);
        else
            await Assert.ThrowsAsync<SecretProviderException>(async () => await read);
        Assert.Equal(1, provider.Count);
    }

    [Fact]
    public async Task ReadAsync_waits_as_long_as_the_backend_asks()
    {
        ScriptedProvider provider = Provider((request, call, _) => call == 1
            ? throw ScriptedProvider.Error("vault", throttled: true, retryAfter: 7 * Second)
            : new(ScriptedProvider.Found(request, "vault")));
        ValueTask<SecretAnswer> read = SecretChainHarness.ReadAsync(_harness.Build(provider));

        await AdvanceAsync(2, 7 * Second - TimeSpan.FromTicks(1));
        Assert.Equal(1, provider.Count);
        // And up to the first delay longer, so that not all come back at once.
        _harness.Time.Advance(TimeSpan.FromMilliseconds(200) + TimeSpan.FromTicks(1));
        Assert.NotNull((await read).Secret);
        Assert.Equal(1, _harness.Meters.Count("varai.secrets.provider.duration vault read throttled"));
    }

    [Fact]
    public async Task ReadAsync_backend_asks_for_longer_than_is_left_fails_at_once_and_leaves_it_alone()
    {
        ScriptedProvider provider = Provider((request, call, _) => call == 1
            ? throw ScriptedProvider.Error("vault", throttled: true, retryAfter: 60 * Second)
            : new(ScriptedProvider.Found(request, "vault")));
        SecretChain chain = _harness.Build(provider);

        ValueTask<SecretAnswer> read = SecretChainHarness.ReadAsync(chain);
        Assert.True(read.IsCompleted);
        Assert.Equal(60 * Second, (await Assert.ThrowsAsync<SecretProviderException>(async () => await read)).RetryAfter);
        _harness.Time.Advance(20 * Second);
        SecretProviderException error = await SecretChainHarness.FailAsync(chain, "other");
        Assert.Equal(
            "The secret provider 'vault' could not read 'other': it was not asked, because it is left alone for another 00:00:40 after its calls failed; "
            + "the last: it is down.",
            error.Message);
        Assert.Equal((true, 40 * Second), (error.IsTransient, error.RetryAfter));
        Assert.Equal(1, _harness.Meters.Count("varai.secrets.circuit.state vault 2"));
        Assert.Single(chain.Health.Failing);

        _harness.Time.Advance(40 * Second);
        Assert.NotNull((await SecretChainHarness.ReadAsync(chain)).Secret);
        Assert.Empty(chain.Health.Failing);
        Assert.Equal(2, provider.Count);
    }

    [Fact]
    public async Task ReadAsync_backend_asks_for_a_day_is_asked_again_after_five_minutes()
    {
        ScriptedProvider provider = Provider((request, call, _) => call == 1
            ? throw ScriptedProvider.Error("vault", throttled: true, retryAfter: TimeSpan.FromDays(1))
            : new(ScriptedProvider.Found(request, "vault")));
        SecretChain chain = _harness.Build(provider);
        await SecretChainHarness.FailAsync(chain);
        _harness.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.NotNull((await SecretChainHarness.ReadAsync(chain)).Secret);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ReadAsync_hanging_attempt_ends_and_the_next_one_answers(bool ignoresToken)
    {
        CancellationToken given = default;
        ScriptedProvider provider = Provider((request, call, token) =>
        {
            if (call > 1)
                return new(ScriptedProvider.Found(request, "vault"));
            given = token;
            return ignoresToken ? new(_never.Task) : new(_never.Task.WaitAsync(token));
        });
        ValueTask<SecretAnswer> read = SecretChainHarness.ReadAsync(_harness.Build(provider));

        // The attempt's timer and that of all attempts; then the wait.
        await AdvanceAsync(2, 10 * Second);
        await AdvanceAsync(3, 10 * Second);
        Assert.NotNull((await read).Secret);
        Assert.True(given.IsCancellationRequested);
        Assert.Equal(1, _harness.Meters.Count("varai.secrets.provider.duration vault read timeout"));
        // What comes too late hurts nobody.
        _never.SetException(new InvalidOperationException("late"));
    }

    [Fact]
    public async Task ReadAsync_all_attempts_hang_ends_with_the_read_timeout()
    {
        _harness.Options.Resilience.AttemptTimeout = TimeSpan.FromMinutes(1);
        ValueTask<SecretAnswer> read = SecretChainHarness.ReadAsync(_harness.Build(Provider((_, _, _) => new(_never.Task))));
        _harness.Time.Advance(30 * Second - TimeSpan.FromTicks(1));
        Assert.False(read.IsCompleted);
        _harness.Time.Advance(TimeSpan.FromTicks(1));
        var error = await Assert.ThrowsAsync<SecretProviderException>(async () => await read);
        Assert.Equal("The secret provider 'vault' could not read 'key': it did not answer within 00:00:30.", error.Message);
    }

    [Fact]
    public async Task ReadAsync_time_runs_out_between_attempts_says_what_the_last_one_met()
    {
        _harness.Options.Resilience.RetryDelay = TimeSpan.FromMinutes(1);
        _harness.Options.Resilience.MaxRetryDelay = TimeSpan.FromMinutes(10);
        _harness.Options.ReadTimeout = TimeSpan.FromMilliseconds(100);
        ValueTask<SecretAnswer> read = SecretChainHarness.ReadAsync(_harness.Build(Provider((_, _, _) => throw ScriptedProvider.Error("vault"))));
        await AdvanceAsync(2, TimeSpan.FromMilliseconds(100));
        var error = await Assert.ThrowsAsync<SecretProviderException>(async () => await read);
        Assert.Contains("it did not succeed within 00:00:00.1000000; the last of 1 attempts: it is down.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_cancelled_caller_ends_at_once_and_does_not_count_as_a_failure()
    {
        using var caller = new CancellationTokenSource();
        SecretChain chain = _harness.Build(Provider((_, _, _) => new(_never.Task)));
        ValueTask<SecretAnswer> read = SecretChainHarness.ReadAsync(chain, "key", caller.Token);
        await caller.CancelAsync();

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await read);
        Assert.Equal(caller.Token, error.CancellationToken);
        Assert.Empty(chain.Health.FailingNames);
        Assert.Equal(1, _harness.Meters.Count("varai.secrets.provider.duration vault read cancelled"));
    }

    [Fact]
    public async Task ReadAsync_cancelled_while_the_call_begins_ends_the_providers_work()
    {
        using var caller = new CancellationTokenSource();
        var ended = new TaskCompletionSource();
        SecretChain chain = _harness.Build(Provider((_, _, token) =>
        {
            token.UnsafeRegister(_ => ended.TrySetResult(), state: null);
            caller.Cancel();
            return new(_never.Task);
        }));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await SecretChainHarness.ReadAsync(chain, "key", caller.Token));
        // The time limit only ends a test that would hang.
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
    }

    [Fact]
    public async Task ReadAsync_calls_keep_failing_opens_the_circuit_and_one_call_closes_it()
    {
        _harness.Options.Resilience.MaxRetries = 0;
        bool isDown = true;
        var probe = new TaskCompletionSource<Secret?>();
        ScriptedProvider provider = Provider((request, call, _) =>
            isDown ? throw ScriptedProvider.Error("vault") : call == 11 ? new(probe.Task) : new(ScriptedProvider.Found(request, "vault")));
        SecretChain chain = _harness.Build(provider);
        for (int i = 0; i < 30; i++)
            await SecretChainHarness.FailAsync(chain, $"key-{i}");
        Assert.Equal(10, provider.Count);
        Assert.Equal(1, _harness.Meters.Count("varai.secrets.circuit.state vault 2"));
        Assert.Contains("1262 The circuit of the secret provider 'vault' is open: it is left alone for a while, because its calls fail: it is down.", _harness.LogText, StringComparison.Ordinal);

        SecretProviderException rejected = await SecretChainHarness.FailAsync(chain);
        Assert.Equal((true, 15 * Second), (rejected.IsTransient, rejected.RetryAfter));
        isDown = false;
        _harness.Time.Advance(15 * Second);
        ValueTask<SecretAnswer> first = SecretChainHarness.ReadAsync(chain);
        Assert.Equal(1, _harness.Meters.Count("varai.secrets.circuit.state vault 1"));
        // Only one finds out; the others don't wait for it.
        Assert.Contains("one call finds out at present", (await SecretChainHarness.FailAsync(chain, "other")).Message, StringComparison.Ordinal);
        probe.SetResult(null);
        Assert.Null((await first).Secret);

        Assert.NotNull((await SecretChainHarness.ReadAsync(chain, "other")).Secret);
        Assert.Equal(1, _harness.Meters.Count("varai.secrets.circuit.state vault 0"));
        Assert.Equal(["1202", "1262", "1263", "1203"], _harness.LogText.Split('\n').Select(line => line[..4]));
        Assert.Empty(chain.Health.Failing);
    }

    [Fact]
    public async Task ReadAsync_call_that_finds_out_is_cancelled_leaves_the_circuit_open()
    {
        _harness.Options.Resilience.MaxRetries = 0;
        using var caller = new CancellationTokenSource();
        ScriptedProvider provider = Provider((_, call, token) =>
            call <= 10 ? throw ScriptedProvider.Error("vault") : new(_never.Task.WaitAsync(token)));
        SecretChain chain = _harness.Build(provider);
        for (int i = 0; i < 10; i++)
            await SecretChainHarness.FailAsync(chain, $"key-{i}");
        _harness.Time.Advance(15 * Second);

        ValueTask<SecretAnswer> read = SecretChainHarness.ReadAsync(chain, "key", caller.Token);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await read);
        Assert.Contains("left alone", (await SecretChainHarness.FailAsync(chain)).Message, StringComparison.Ordinal);
        Assert.Equal(11, provider.Count);
    }

    [Fact]
    public async Task ReadAsync_clock_set_back_does_not_keep_the_circuit_open()
    {
        _harness.Options.Resilience.MaxRetries = 0;
        ScriptedProvider provider = Provider((request, call, _) =>
            call <= 10 ? throw ScriptedProvider.Error("vault") : new(ScriptedProvider.Found(request, "vault")));
        SecretChain chain = _harness.Build(provider);
        for (int i = 0; i < 11; i++)
            await SecretChainHarness.FailAsync(chain, $"key-{i}");

        _harness.Time.Jump = TimeSpan.FromDays(-1);
        _harness.Time.Advance(15 * Second - TimeSpan.FromTicks(1));
        await SecretChainHarness.FailAsync(chain);
        _harness.Time.Advance(TimeSpan.FromTicks(1));
        Assert.NotNull((await SecretChainHarness.ReadAsync(chain)).Secret);
    }

    [Fact]
    public async Task ReadAsync_clock_set_forward_does_not_close_the_circuit()
    {
        _harness.Options.Resilience.MaxRetries = 0;
        ScriptedProvider provider = Provider((_, _, _) => throw ScriptedProvider.Error("vault"));
        SecretChain chain = _harness.Build(provider);
        for (int i = 0; i < 11; i++)
            await SecretChainHarness.FailAsync(chain, $"key-{i}");
        _harness.Time.Jump = TimeSpan.FromDays(1);
        await SecretChainHarness.FailAsync(chain);
        Assert.Equal(10, provider.Count);
    }

    [Fact]
    public async Task ReadAsync_forbidden_and_missing_secrets_never_open_the_circuit()
    {
        ScriptedProvider provider = Provider((_, call, _) => call % 2 == 0 ? default : throw ScriptedProvider.Error("vault", transient: false));
        SecretChain chain = _harness.Build(provider);
        for (int i = 0; i < 100; i++)
        {
            if (i % 2 == 0)
                await SecretChainHarness.FailAsync(chain, $"key-{i}");
            else
                await SecretChainHarness.ReadAsync(chain, $"key-{i}");
        }

        Assert.Equal(100, provider.Count);
        Assert.Equal(1, _harness.Meters.Count("varai.secrets.circuit.state vault 0"));
    }

    [Fact]
    public async Task ReadAsync_few_failures_among_many_answers_leave_the_circuit_closed()
    {
        _harness.Options.Resilience.MaxRetries = 0;
        ScriptedProvider provider = Provider((request, call, _) =>
            call % 3 == 0 ? throw ScriptedProvider.Error("vault") : new(ScriptedProvider.Found(request, "vault")));
        SecretChain chain = _harness.Build(provider);
        for (int i = 1; i <= 90; i++)
        {
            if (i % 3 == 0)
                await SecretChainHarness.FailAsync(chain);
            else
                await SecretChainHarness.ReadAsync(chain);
        }

        Assert.Equal(90, provider.Count);
    }

    [Fact]
    public async Task ReadAsync_optional_provider_with_an_open_circuit_is_passed_over_without_waiting()
    {
        _harness.Options.Resilience.MaxRetries = 0;
        _harness.Options.OptionalProviders.Add("vault");
        ScriptedProvider down = Provider((_, _, _) => throw ScriptedProvider.Error("vault"));
        var spare = new InMemorySecretProvider("spare");
        spare.Set("key", "spare");
        SecretChain chain = _harness.Build(down, spare);
        for (int i = 0; i < 20; i++)
        {
            ValueTask<SecretAnswer> read = SecretChainHarness.ReadAsync(chain);
            Assert.True(read.IsCompletedSuccessfully);
            Assert.True((await read).IsFallback);
        }

        Assert.Equal(10, down.Count);
        Assert.Equal(20, _harness.Meters.Count("varai.secrets.provider.skips vault 1"));
    }

    [Fact]
    public async Task ReadAsync_provider_that_answers_at_once_completes_synchronously_and_sets_no_timer()
    {
        SecretChain chain = _harness.Build(Provider((request, _, _) => new(ScriptedProvider.Found(request, "vault"))));
        ValueTask<SecretAnswer> read = SecretChainHarness.ReadAsync(chain);
        Assert.True(read.IsCompletedSuccessfully);
        await read;
        Assert.Equal(0, _harness.Time.Timers);
    }

    [Fact]
    public async Task ReadAsync_provider_of_this_package_is_not_repeated_unless_it_is_asked_for()
    {
        int calls = 0;
        var environment = new EnvironmentVariableSecretProvider(new ProcessEnvironment(name => name != "key" ? null : calls++ == 0 ? throw new TimeoutException() : "value"));
        await SecretChainHarness.FailAsync(_harness.Build(environment));
        Assert.Equal(1, calls);

        calls = 0;
        _harness.Options.ProviderResilience["environment"] = new SecretResilienceOptions { Enabled = true, RetryDelay = TimeSpan.Zero };
        Assert.Equal("value", (await SecretChainHarness.ReadAsync(_harness.Build(environment))).Secret!.RevealString());
    }

    [Fact]
    public async Task ReadAsync_switched_off_for_one_provider_is_one_attempt_of_the_whole_time()
    {
        _harness.Options.ProviderResilience["VAULT"] = new SecretResilienceOptions { Enabled = false };
        ScriptedProvider provider = Provider((_, call, _) => call <= 20 ? throw ScriptedProvider.Error("vault") : new(_never.Task));
        SecretChain chain = _harness.Build(provider);
        for (int i = 0; i < 20; i++)
            await SecretChainHarness.FailAsync(chain);
        Assert.Equal(20, provider.Count);

        ValueTask<SecretAnswer> hanging = SecretChainHarness.ReadAsync(chain);
        _harness.Time.Advance(30 * Second);
        await Assert.ThrowsAsync<SecretProviderException>(async () => await hanging);
    }

    [Fact]
    public async Task ListAsync_page_that_hangs_ends_with_the_read_timeout()
    {
        _harness.Options.Resilience.Enabled = false;
        SecretChain chain = _harness.Build(new HangingLister(_never.Task));
        await using IAsyncEnumerator<SecretInfo> infos = chain.ListAsync(null, Cancellation).GetAsyncEnumerator(Cancellation);
        Assert.True(await infos.MoveNextAsync());
        ValueTask<bool> next = infos.MoveNextAsync();
        _harness.Time.Advance(30 * Second);
        var error = await Assert.ThrowsAsync<SecretProviderException>(async () => await next);
        Assert.Equal(("list", "The secret provider 'hanging' could not list '*': it did not answer within 00:00:30."), (error.Operation, error.Message));
    }

    [Fact]
    public async Task ReadAsync_activity_names_provider_secret_and_kind_of_failure_and_nothing_else()
    {
        var seen = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == VaraiDiagnostics.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (Equals(activity.GetTagItem("varai.secret.provider"), "traced"))
                    seen.Add(activity);
            },
        };
        ActivitySource.AddActivityListener(listener);
        var provider = new ScriptedProvider("traced", _harness.Time, (request, call, _) =>
            call == 1 ? new(ScriptedProvider.Found(request, "traced")) : throw new InvalidOperationException("value"));
        SecretChain chain = _harness.Build(provider);
        await SecretChainHarness.ReadAsync(chain);
        await SecretChainHarness.FailAsync(chain);

        Assert.Equal(["secret.read", "secret.read"], seen.Select(activity => activity.OperationName));
        Assert.Equal(
            ["varai.secret.provider=traced varai.secret.name=key", "varai.secret.provider=traced varai.secret.name=key error.type=failed"],
            seen.Select(activity => string.Join(' ', activity.TagObjects.Select(tag => $"{tag.Key}={tag.Value}"))));
        Assert.Equal([ActivityStatusCode.Unset, ActivityStatusCode.Error], seen.Select(activity => activity.Status));
        Assert.All(seen, activity => Assert.Null(activity.StatusDescription));
    }

    private ScriptedProvider Provider(Func<SecretRequest, int, CancellationToken, ValueTask<Secret?>> read) => new("vault", _harness.Time, read);

    private async Task AdvanceAsync(int timers, TimeSpan time)
    {
        await _harness.Time.WhenTimersAsync(timers, Cancellation);
        _harness.Time.Advance(time);
    }

    private sealed class HangingLister(Task hang) : ISecretProvider, ISecretLister
    {
        public string Name => "hanging";

        public ValueTask<Secret?> GetAsync(SecretRequest request, CancellationToken cancellationToken) => default;

        public async IAsyncEnumerable<SecretInfo> ListAsync(
            string? prefix, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            yield return new SecretInfo("one", Name);
            await hang;
        }
    }
}
