using System.Collections.Frozen;
using System.Globalization;

namespace Varai.FeatureFlags.Engine;

/// <summary>Microsoft's targeting filter: who is excluded, who is named, a share of groups, a share of all.</summary>
internal sealed class TargetingTest(
    FrozenSet<string> excludedUsers, FrozenSet<string> excludedGroups, FrozenSet<string> users, FrozenDictionary<string, TargetingShare> groups, TargetingShare everybody)
    : CompiledCondition
{
    public override FlagReason Reason => users.Count == 0 && groups.Count == 0 ? FlagReason.Split : FlagReason.TargetingMatch;

    public override int Cost => 1 + groups.Count;

    public override FlagVerdict Test(FlagContext? context) => context is null ? FlagVerdict.Undecided : Of(Find(context).Holds);

    public override string Explain(FlagContext? context) => context is null ? $"targeting; {Words.NoContext}" : $"targeting; {Words.User(context)}, {Find(context).Words}";

    private (bool Holds, string Words) Find(FlagContext context)
    {
        if (context.User is { } user && excludedUsers.Contains(user))
            return (false, "who is excluded");
        if (excludedGroups.Count > 0)
        {
            foreach (string group in context.Groups)
            {
                if (excludedGroups.Contains(group))
                    return (false, "who is in an excluded group");
            }
        }

        if (context.User is { } named && users.Contains(named))
            return (true, "who is named");
        if (groups.Count > 0)
        {
            foreach (string group in context.Groups)
            {
                if (groups.TryGetValue(group, out TargetingShare? share) && share.Has(context.User))
                    return (true, "who is in a group's share");
            }
        }

        return everybody.Has(context.User) ? (true, "who is in everybody's share") : (false, "who is in nobody's share");
    }
}
