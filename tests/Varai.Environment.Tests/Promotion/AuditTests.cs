using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Varai.Promotion;
using Varai.Promotion.Store;
using Varai.Secrets;
using Varai.State;
using Varai.Tests.Configuration;

namespace Varai.Tests.Promotion;

public sealed class AuditTests : IAsyncDisposable
{
    private readonly PromotionHarness _harness = new PromotionHarness().Environments("""{ "a": { "x": 1 } }""", """{ "a": { "x": 2 } }""", "{}");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Verify_EveryByteOfEveryEntryChanged_IsFound(bool keyed)
    {
        _harness.Secrets.Set("audit-key", "0123456789");
        await _harness.StartAsync(o => o.AuditKey = keyed ? "audit-key" : null);
        await _harness.PromoteAsync("development", "staging");
        var entries = new List<StreamEntry>();
        await foreach (StreamEntry entry in _harness.State.ReadStreamAsync(new StreamQuery(PromotionStore.AuditStream), Token))
            entries.Add(entry);
        Assert.Equal(3, entries.Count);

        foreach (StreamEntry entry in entries)
        {
            for (int i = 0; i < entry.Content.Length; i++)
                Assert.False((await VerifyAsync(entry.Sequence, i)).IsIntact, $"entry {entry.Sequence}, byte {i}");
        }

        Assert.True((await _harness.Audit.VerifyAuditAsync(Token)).IsIntact);
    }

    // Without the key nobody can rewrite the chain from some entry on; the head that lies beside it does not help.
    [Fact]
    public async Task Verify_AChainRewrittenWithoutTheKey_IsFound()
    {
        _harness.Secrets.Set("audit-key", "0123456789");
        await _harness.StartAsync(o => o.AuditKey = "audit-key");
        await _harness.Control.StopAsync("ann", "first", Token);
        InMemoryStateStore forged = new(new StateOptions(), _harness.Clock);
        AuditTrail forger = Trail(forged, key: null);
        await forger.CommitAsync(
            new PromotionEvent { Kind = PromotionEventKind.Stopped, Time = _harness.Clock.GetUtcNow(), Author = "mallory", Reason = "first" }, static (_, _) => { }, Token);

        PromotionVerification plain = await Trail(forged, "audit-key").VerifyAuditAsync(Token);
        PromotionVerification wrongKey = await Trail(_harness.State, "other-key").VerifyAuditAsync(Token);

        Assert.False(wrongKey.IsIntact);
        Assert.False(plain.IsIntact);
    }

    [Fact]
    public async Task Verify_10000Entries_TakesLessThanASecond()
    {
        await _harness.StartAsync();
        AuditTrail trail = Trail(_harness.State, key: null);
        for (int i = 0; i < 10_000; i++)
        {
            await trail.CommitAsync(
                new PromotionEvent { Kind = PromotionEventKind.Checked, Time = _harness.Clock.GetUtcNow(), Author = "ann", Reason = "why", Target = "staging", RecordId = "r", PlanHash = new string('a', 64) },
                static (_, _) => { },
                Token);
        }

        long start = Stopwatch.GetTimestamp();
        PromotionVerification found = await trail.VerifyAuditAsync(Token);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);

        Assert.Equal((10_000, true), (found.Checked, found.IsIntact));
        Assert.True(elapsed < TimeSpan.FromSeconds(1), $"it took {elapsed}");
    }

    [Fact]
    public async Task Commit_ManyAtOnce_MakesOneChain()
    {
        await _harness.StartAsync();
        AuditTrail trail = Trail(_harness.State, key: null);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(async () =>
        {
            for (int i = 0; i < 20; i++)
            {
                await trail.CommitAsync(
                    new PromotionEvent { Kind = PromotionEventKind.Checked, Time = _harness.Clock.GetUtcNow(), Author = $"p{n}", Reason = "why" }, static (_, _) => { }, Token);
            }
        }, Token)));

        Assert.Equal((160, true), ((await trail.VerifyAuditAsync(Token)).Checked, (await trail.VerifyAuditAsync(Token)).IsIntact));
    }

    [Fact]
    public async Task Observers_AreToldInOrder_AndAgainAfterAFailure()
    {
        var seen = new FailingObserver();
        await _harness.StartAsync(configure: b => b.Services.AddSingleton<IPromotionObserver>(seen));
        await _harness.PromoteAsync("development", "staging");
        await ConfigurationHost.UntilAsync(() => seen.Failures > 0);

        seen.Works = true;
        await _harness.Control.StopAsync("ann", "why", Token);
        await ConfigurationHost.UntilAsync(() => seen.Numbers.Count >= 4);

        Assert.Equal([1, 2, 3, 4], seen.Numbers);
        Assert.Contains(_harness.Logs.GetSnapshot(), l => l.Id.Id == 1403 && !l.Message.Contains("s3cr3t", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Observers_WhatHappenedWhileNobodyListened_ComesToo()
    {
        InMemoryStateStore store = new(new StateOptions(), _harness.Clock);
        await _harness.StartAsync(state: store);
        await _harness.PromoteAsync("development", "staging");
        await _harness.StopAsync();
        var seen = new FailingObserver { Works = true };

        await _harness.StartAsync(configure: b => b.Services.AddSingleton<IPromotionObserver>(seen), state: store);

        await ConfigurationHost.UntilAsync(() => seen.Numbers.Count >= 3);
        Assert.Equal([1, 2, 3], seen.Numbers);
    }

    public ValueTask DisposeAsync() => _harness.DisposeAsync();

    private AuditTrail Trail(IStateStore state, string? key)
    {
        _harness.Secrets.Set("other-key", "9876543210");
        return new AuditTrail(
            new PromotionStore(state), _harness.Services.GetRequiredService<ISecretStore>(), Options.Create(new PromotionOptions { AuditKey = key }));
    }

    private Task<PromotionVerification> VerifyAsync(long sequence, int at) => new AuditTrail(
        new PromotionStore(new EditedStream(_harness.State, sequence, at)),
        _harness.Services.GetRequiredService<ISecretStore>(),
        _harness.Services.GetRequiredService<IOptions<PromotionOptions>>()).VerifyAuditAsync(Token);

    private sealed class EditedStream(IStateStore inner, long sequence, int at) : SharedStateStore(inner)
    {
        public override async IAsyncEnumerable<StreamEntry> ReadStreamAsync(
            StreamQuery query, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (StreamEntry entry in base.ReadStreamAsync(query, cancellationToken))
            {
                byte[] content = entry.Content.ToArray();
                if (entry.Sequence == sequence)
                    content[at] ^= 1;
                yield return entry with { Content = content };
            }
        }
    }

    private sealed class FailingObserver : IPromotionObserver
    {
        private readonly Lock _lock = new();
        private readonly List<long> _numbers = [];
        private volatile bool _works;

        public string Name => "failing";

        public bool Works
        {
            get => _works;
            set => _works = value;
        }

        public int Failures { get; private set; }

        public IReadOnlyList<long> Numbers
        {
            get
            {
                lock (_lock)
                    return [.. _numbers];
            }
        }

        public ValueTask OnEventAsync(PromotionEvent happened, CancellationToken cancellationToken)
        {
            if (!_works)
            {
                Failures++;
                throw new InvalidOperationException("s3cr3t");
            }

            lock (_lock)
                _numbers.Add(happened.Number);
            return default;
        }
    }
}
