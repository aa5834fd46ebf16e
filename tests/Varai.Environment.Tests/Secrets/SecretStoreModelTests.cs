using System.Globalization;
using CsCheck;
using Varai.Secrets;

namespace Varai.Tests.Secrets;

/// <summary>Random reads, writes, steps of time and failures, against what the settings promise.</summary>
public sealed class SecretStoreModelTests
{
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(100);
    private static readonly TimeSpan MaxStale = TimeSpan.FromSeconds(300);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(10);

    private enum Step
    {
        Read,
        ReadNow,
        ReadManyAtOnce,
        ReadField,
        Write,
        ChangeBehind,
        Fail,
        Recover,
        Invalidate,
        Wait,
    }

    [Fact]
    public async Task Cache_never_serves_too_old_a_value_and_never_loses_a_write() =>
        await Gen.Select(Gen.Enum<Step>(), Gen.Int[1, 150_000]).Array[1, 60].SampleAsync(
            async steps =>
            {
                using var run = new Run();
                foreach ((Step step, int milliseconds) in steps)
                    await run.TakeAsync(step, TimeSpan.FromMilliseconds(milliseconds));
            },
            iter: 2000);

    private sealed class Run : IDisposable
    {
        private readonly Backend _backend = new();
        private readonly SecretStoreHarness _harness;
        private int _ownWrite;
        private bool _mayAsk = true;

        public Run()
        {
            _harness = new SecretStoreHarness(
                options =>
                {
                    options.CacheTtl = Ttl;
                    options.MaxStale = MaxStale;
                    options.NegativeCacheTtl = Retry;
                },
                _backend);
            _backend.Now = () => _harness.Time.GetUtcNow();
        }

        public void Dispose() => _harness.Dispose();

        public async Task TakeAsync(Step step, TimeSpan wait)
        {
            ISecretStore store = _harness.Store;
            switch (step)
            {
                case Step.Read:
                    await CheckAsync(async () => (await store.GetSecretAsync("key", default))[5..^1]);
                    break;
                case Step.ReadNow:
                    await CheckAsync(() => Task.FromResult(store.GetSecret("key")[5..^1]));
                    break;
                case Step.ReadField:
                    await CheckAsync(async () => await store.GetSecretAsync("key#f", default));
                    break;
                case Step.ReadManyAtOnce:
                    int calls = _backend.Calls;
                    Known known = _backend.Known;
                    await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
                        CheckAsync(async () => (await store.GetSecretAsync("key", default))[5..^1], known))));
                    await _harness.Store.SettleAsync();
                    Assert.InRange(_backend.Calls - calls, 0, 1);
                    break;
                case Step.Write when !_backend.IsFailing:
                    await store.SetSecretAsync("key", Backend.Text(_backend.Index + 1));
                    _ownWrite = _backend.Index;
                    _mayAsk = false;
                    break;
                case Step.ChangeBehind:
                    _backend.Change();
                    break;
                case Step.Fail or Step.Recover:
                    _backend.IsFailing = step == Step.Fail;
                    break;
                case Step.Invalidate:
                    store.Invalidate("key");
                    _backend.ForgetConfirmed();
                    _mayAsk = true;
                    break;
                default:
                    _harness.Time.Advance(wait);
                    break;
            }

            await _harness.Store.SettleAsync();
            Assert.Equal(1, _backend.MostAtOnce);
        }

        private Task CheckAsync(Func<Task<string>> read) => CheckAsync(read, _backend.Known);

        /// <param name="read">Reads the number that the value holds.</param>
        /// <param name="before">What the store knew when the first of the readers at this moment began.</param>
        private async Task CheckAsync(Func<Task<string>> read, Known before)
        {
            DateTimeOffset now = _harness.Time.GetUtcNow();
            int index;
            try
            {
                index = int.Parse((await read()).AsSpan(), CultureInfo.InvariantCulture);
            }
            catch (SecretProviderException)
            {
                Assert.True(_backend.LastFailure is { } failed && now - failed < Retry, "Failed although the provider did not fail just now.");
                Assert.True(_mayAsk || _backend.Known.At is not { } at || now - at >= Ttl * 0.9, "Failed although a fresh value was known.");
                return;
            }

            _mayAsk = false;
            Assert.InRange(index, _ownWrite, _backend.Index);
            // A refresh ahead of expiry may land beside a read that was served what was known before it.
            Known known = index == before.Index && before.MayBeServed(now) ? before : _backend.Known;
            Assert.Equal(known.Index, index);
            Assert.True(known.MayBeServed(now), $"Served {now - known.At} after it was known.");
        }
    }

    /// <summary>What the store has learned: when it was confirmed last by a write or a read, and since when it can't be.</summary>
    private sealed record Known(int Index, DateTimeOffset? At, DateTimeOffset? FirstFailure)
    {
        // For its time to live from then on, or for the time that staleness is allowed from the first failure on.
        public bool MayBeServed(DateTimeOffset now) =>
            At is { } at && (now - at < Ttl * 1.1 || (FirstFailure is { } first ? now - first < MaxStale : now == at));
    }

    /// <summary>Holds numbered values and remembers when the store has last learned which.</summary>
    private sealed class Backend : ISecretProvider, ISecretWriter
    {
        private readonly Lock _gate = new();
        private int _inside;

        public Func<DateTimeOffset> Now { get; set; } = () => default;

        public bool IsFailing { get; set; }

        public int Index { get; private set; }

        public int Calls { get; private set; }

        public int MostAtOnce { get; private set; } = 1;

        public Known Known { get; private set; } = new(0, At: null, FirstFailure: null);

        public DateTimeOffset? LastFailure { get; private set; }

        public string Name => "backend";

        public static string Text(int index) => $$"""{"f":{{index}}}""";

        public void Change() => Index++;

        public void ForgetConfirmed() => Known = Known with { At = null };

        public ValueTask<Secret?> GetAsync(SecretRequest request, CancellationToken cancellationToken)
        {
            lock (_gate)
            {
                MostAtOnce = Math.Max(MostAtOnce, ++_inside);
                Calls++;
            }

            try
            {
                if (IsFailing)
                {
                    LastFailure = Now();
                    Known = Known with { FirstFailure = Known.FirstFailure ?? LastFailure };
                    throw new SecretProviderException(Name, "read", request.Name, "it is down.");
                }

                Confirm();
                return new(new Secret(request.Name, new SecretValue(Text(Index)), Name) { Version = $"{Index}" });
            }
            finally
            {
                lock (_gate)
                    _inside--;
            }
        }

        public ValueTask<string?> SetAsync(string name, SecretValue value, CancellationToken cancellationToken)
        {
            Index++;
            Confirm();
            return new($"{Index}");
        }

        public ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken) => throw new InvalidOperationException("not part of the model");

        private void Confirm() => Known = new Known(Index, Now(), FirstFailure: null);
    }
}
