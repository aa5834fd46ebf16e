using Varai.Configuration.Schema.Keywords;

namespace Varai.Configuration.Schema;

/// <summary>Chooses what to report when no alternative of <c>anyOf</c> or <c>oneOf</c> fits: the failures of the one that was most
/// likely meant, instead of those of all.</summary>
internal static class NearestAlternative
{
    private enum Rank
    {
        /// <summary>Right kind of value, right discriminator.</summary>
        Meant,

        /// <summary>A key says by its value that another alternative was meant.</summary>
        OtherKey,

        /// <summary>The value itself is of another type.</summary>
        OtherType,
    }

    /// <summary>Reports and returns the index of the chosen attempt; <see langword="null"/> when none was.</summary>
    public static int? Report(string keyword, ConfigurationNode node, List<SchemaAttempt> attempts, SchemaRun run)
    {
        if (attempts.Count == 0)
            return null;
        if (ReportTypes(keyword, node, attempts, run) || ReportValues(keyword, node, attempts, run))
            return null;

        int best = 0;
        for (int i = 1; i < attempts.Count; i++)
        {
            if (Compare(attempts[i].Failures!, attempts[best].Failures!, run.PathLength) < 0)
                best = i;
        }

        run.Add(attempts[best].Failures!);
        return best;
    }

    // Every alternative wants another type: name all of them.
    private static bool ReportTypes(string keyword, ConfigurationNode node, List<SchemaAttempt> attempts, SchemaRun run)
    {
        SchemaTypes types = SchemaTypes.None;
        foreach (SchemaAttempt attempt in attempts)
        {
            SchemaFailure? type = attempt.Failures!.Find(failure => ReferenceEquals(failure.Node, node) && failure.Types != SchemaTypes.None);
            if (type is null)
                return false;
            types |= type.Types;
        }

        run.Fail(new SchemaFailure(keyword, node, "has the wrong type")
        {
            Expected = SchemaWords.Types(types),
            Found = SchemaWords.Describe(node),
            ShowsValue = true,
            Types = types,
        });
        return true;
    }

    // Every alternative wants another value in the same place, here or in one key: the discriminator itself is wrong.
    private static bool ReportValues(string keyword, ConfigurationNode node, List<SchemaAttempt> attempts, SchemaRun run)
    {
        IEnumerable<SchemaFailure> candidates = attempts[0].Failures!
            .Where(failure => failure.Allowed is not null && IsNear(failure, node, run.PathLength));
        foreach (SchemaFailure first in candidates)
        {
            var allowed = new List<ConfigurationNode>();
            foreach (SchemaAttempt attempt in attempts)
            {
                SchemaFailure? same = attempt.Failures!.Find(failure => failure.Allowed is not null && ReferenceEquals(failure.Node, first.Node));
                if (same is null)
                    break;
                allowed.AddRange(same.Allowed!);
                if (ReferenceEquals(attempt.Failures, attempts[^1].Failures))
                {
                    run.Add([EnumKeyword.Describe(keyword, first.Node, [.. allowed.Distinct(NodeValues.Comparer)])
                        with { Key = first.Key, Depth = first.Depth }]);
                    return true;
                }
            }
        }

        return false;
    }

    private static bool IsNear(SchemaFailure failure, ConfigurationNode node, int depth) =>
        ReferenceEquals(failure.Node, node) || failure.Depth == depth + 1;

    private static int Compare(List<SchemaFailure> x, List<SchemaFailure> y, int depth)
    {
        int byRank = RankOf(x, depth).CompareTo(RankOf(y, depth));
        if (byRank != 0)
            return byRank;
        int byCount = x.Count.CompareTo(y.Count);
        return byCount != 0 ? byCount : DepthOf(y).CompareTo(DepthOf(x));
    }

    private static Rank RankOf(List<SchemaFailure> failures, int depth)
    {
        Rank rank = Rank.Meant;
        foreach (SchemaFailure failure in failures)
        {
            if (failure.Depth == depth && (failure.Types != SchemaTypes.None || failure.Allowed is not null || failure.Keyword is "false"))
                return Rank.OtherType;
            if (failure.Depth == depth + 1 && failure.Allowed is not null)
                rank = Rank.OtherKey;
        }

        return rank;
    }

    private static int DepthOf(List<SchemaFailure> failures)
    {
        int depth = 0;
        foreach (SchemaFailure failure in failures)
            depth = Math.Max(depth, failure.Depth);
        return depth;
    }
}
