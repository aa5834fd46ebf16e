using Microsoft.Extensions.Time.Testing;
using Varai.FeatureFlags;

namespace Varai.Tests.FeatureFlags.Peer;

/// <summary>Our engine against the package Microsoft.FeatureManagement: random flags, callers and moments, no difference.</summary>
public sealed class MicrosoftDifferentialTests
{
    private const int Chunks = 20;
    private const int Documents = 25;
    private const int FlagsPerDocument = 40;
    private const int CallersPerDocument = 50;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static IEnumerable<TheoryDataRow<int>> Seeds => Enumerable.Range(1, Chunks).Select(seed => new TheoryDataRow<int>(seed));

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Evaluate_a_million_random_evaluations_differ_in_nothing(int chunk)
    {
        int evaluations = 0, on = 0, variants = 0;
        for (int document = 0; document < Documents; document++)
        {
            int seed = (chunk * 1000) + document;
            var random = new RandomFlags(seed);
            string json = random.Document(FlagsPerDocument);
            var time = new FakeTimeProvider(RandomFlags.Base);
            using var peer = new MicrosoftPeer(json, time);
            FeatureFlagSnapshot ours = Flags.Compile(json, time);
            for (int caller = 0; caller < CallersPerDocument; caller++)
            {
                (string? user, string[] groups) = random.Caller();
                var context = new FlagContext(user, groups);
                foreach (string name in random.Names)
                {
                    (bool isEnabled, string? variant) = await peer.EvaluateAsync(name, user, groups, Cancellation);
                    FlagDecision decision = ours.Ask(name, context);
                    if (decision.IsEnabled != isEnabled || decision.Variant?.Name != variant)
                    {
                        Assert.Fail(
                            $"Seed {seed}, flag '{name}', user '{user}', groups [{string.Join(", ", groups)}], {time.GetUtcNow():O}: "
                            + $"expected {isEnabled}, '{variant}'.\n{ours.Find(name)!.Explain(context)}\n{json}");
                    }

                    evaluations++;
                    on += isEnabled ? 1 : 0;
                    variants += variant is null ? 0 : 1;
                }

                time.Advance(random.Step());
            }
        }

        Assert.Equal(1_000_000 / Chunks, evaluations);
        Assert.InRange(on, evaluations / 4, evaluations * 3 / 4);
        Assert.InRange(variants, evaluations / 10, evaluations * 9 / 10);
    }
}
