using System.Text.Json;
using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;
using Varai.FeatureFlags;

namespace Varai.Tests.FeatureFlags.Conditions;

/// <summary>Our targeting and that of Microsoft.FeatureManagement, asked the same.</summary>
public sealed class MicrosoftTargetingTests
{
    private const int Flags = 3_000;
    private const int ContextsPerFlag = 60;

    private static readonly string[] Names =
        ["", "Aiden", "aiden", "Blossom", "Zoë", "Straße", "用户", "😀", "Ring0", "Ring1", "Ring 2", "a\tb", new('x', 54), new('y', 55), new('z', 200)];

    private static readonly Gen<string> Name = Gen.Frequency((4, Gen.OneOf(Names)), (1, Gen.String[Gen.Char.AlphaNumeric, 0, 70]));

    private static readonly Gen<double> Percentage =
        Gen.Frequency((1, Gen.OneOf(0.0, 100.0, 0.001, 99.999)), (1, Gen.Int[0, 100].Select(i => (double)i)), (1, Gen.Double[0, 100]));

    private static readonly Gen<Audience> Audiences =
        from users in Name.Array[0, 4]
        from many in Gen.Frequency((3, Gen.Const(0)), (1, Gen.Const(10)))
        from groups in Gen.Select(Name, Percentage, (name, percentage) => new GroupRollout { Name = name, RolloutPercentage = percentage }).Array[0, 9]
        from percentage in Percentage
        from excluded in Gen.Frequency((3, Gen.Const((BasicAudience?)null)), (1, Gen.Select(Name.Array[0, 2], Name.Array[0, 2], (u, g) => (BasicAudience?)new BasicAudience { Users = [.. u], Groups = [.. g] })))
        select new Audience
        {
            Users = [.. users, .. Enumerable.Range(0, many).Select(i => $"user-{i}")],
            Groups = [.. groups],
            DefaultRolloutPercentage = percentage,
            Exclusion = excluded,
        };

    // A context may hold what no document can: half a surrogate pair.
    private static readonly Gen<string?> User =
        Gen.Frequency((6, Name.Select(n => (string?)n)), (1, Gen.Const((string?)null)), (2, Gen.String[Gen.Char['\uD7F0', '\uE00F'], 0, 20].Select(n => (string?)n)));

    [Fact]
    public async Task IsMet_RandomAudiencesAndContexts_SaysWhatMicrosoftSays()
    {
        var theirs = new ContextualTargetingFilter(Options.Create(new TargetingEvaluationOptions()), NullLoggerFactory.Instance);
        int met = 0;
        await Gen.Select(Name.Where(n => n.Length > 0), Audiences, Gen.Select(User, Name.Array[0, 3]).Array[ContextsPerFlag]).SampleAsync(
            async (flag, audience, contexts) =>
            {
                var settings = new TargetingFilterSettings { Audience = audience };
                var ours = new TestCondition("Microsoft.Targeting", JsonSerializer.Serialize(settings), flag);
                var evaluation = new FeatureFilterEvaluationContext { FeatureName = flag, Settings = settings };
                foreach ((string? user, string[] groups) in contexts)
                {
                    bool expected = await theirs.EvaluateAsync(evaluation, new TargetingContext { UserId = user, Groups = groups });
                    if (ours.IsMet(new FlagContext(user) { Groups = groups }) != expected)
                        return false;
                    if (expected)
                        Interlocked.Increment(ref met);
                }

                return true;
            },
            iter: Flags);

        // Neither answer may be so rare that agreeing on it says nothing.
        Assert.InRange(met, Flags * ContextsPerFlag / 5, Flags * ContextsPerFlag * 4 / 5);
    }
}
