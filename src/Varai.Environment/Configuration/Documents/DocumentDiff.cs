using System.Runtime.CompilerServices;

namespace Varai.Configuration.Documents;

/// <summary>Compares two documents value by value.</summary>
/// <remarks>A document is taken as the set of its single values, each under its key; arrays and empty objects are single values.
/// Names match whatever their case, as configuration keys do; numbers are compared as written.</remarks>
internal static class DocumentDiff
{
    /// <summary>The keys that two documents disagree on, sorted by key.</summary>
    /// <param name="before">The earlier document; <see langword="null"/> for none.</param>
    /// <param name="after">The later document; <see langword="null"/> for none.</param>
    public static IReadOnlyList<ConfigurationDifference> Compare(ConfigurationNode? before, ConfigurationNode? after)
    {
        var found = new List<ConfigurationDifference>();
        Compare(key: null, before, after, found);
        found.Sort(static (a, b) =>
        {
            int order = string.Compare(a.Key, b.Key, StringComparison.OrdinalIgnoreCase);
            return order != 0 ? order : (b.Kind == ConfigurationDifferenceKind.Removed).CompareTo(a.Kind == ConfigurationDifferenceKind.Removed);
        });
        return found;
    }

    private static void Compare(string? key, ConfigurationNode? before, ConfigurationNode? after, List<ConfigurationDifference> found)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (ReferenceEquals(before, after))
            return;

        bool beforeHasMembers = before is { Kind: ConfigurationNodeKind.Object, Members.Count: > 0 };
        bool afterHasMembers = after is { Kind: ConfigurationNodeKind.Object, Members.Count: > 0 };
        if (!beforeHasMembers && !afterHasMembers)
        {
            CompareValues(key, before, after, found);
            return;
        }

        if (!beforeHasMembers && before is not null)
            CompareValues(key, before, after: null, found);
        if (!afterHasMembers && after is not null)
            CompareValues(key, before: null, after, found);
        CompareMembers(key, beforeHasMembers ? before : null, afterHasMembers ? after : null, found);
    }

    private static void CompareMembers(string? key, ConfigurationNode? before, ConfigurationNode? after, List<ConfigurationDifference> found)
    {
        if (before is not null)
        {
            IReadOnlyList<ConfigurationMember> members = before.Members;
            for (int i = 0; i < members.Count; i++)
            {
                ConfigurationMember member = members[i];
                if (FindMember(after, member.Name, i) is not { } other)
                    Compare(Join(key, member.Name), member.Value, after: null, found);
                else if (!ReferenceEquals(member.Value, other.Value) && !IsSameScalar(member.Value, other.Value))
                    Compare(Join(key, other.Name), member.Value, other.Value, found);
            }
        }

        if (after is null)
            return;
        for (int i = 0; i < after.Members.Count; i++)
        {
            ConfigurationMember member = after.Members[i];
            if (FindMember(before, member.Name, i) is null)
                Compare(Join(key, member.Name), before: null, member.Value, found);
        }
    }

    // Two versions of a document mostly hold the same names in the same order.
    private static ConfigurationMember? FindMember(ConfigurationNode? node, string name, int guess)
    {
        if (node is null)
            return null;
        if (guess < node.Members.Count && node.Members[guess].Name == name)
            return node.Members[guess];
        return node.IndexOf(name) is >= 0 and int index ? node.Members[index] : null;
    }

    private static bool IsSameScalar(ConfigurationNode a, ConfigurationNode b) =>
        a.Kind == b.Kind && a.Kind < ConfigurationNodeKind.Array && a.Text == b.Text;

    private static void CompareValues(string? key, ConfigurationNode? before, ConfigurationNode? after, List<ConfigurationDifference> found)
    {
        ConfigurationDifferenceKind kind = before is null ? ConfigurationDifferenceKind.Added
            : after is null ? ConfigurationDifferenceKind.Removed
            : ConfigurationDifferenceKind.Changed;
        if (kind == ConfigurationDifferenceKind.Changed && before!.HasSameValues(after!))
            return;
        found.Add(new ConfigurationDifference(
            key ?? "", kind, before is null ? null : CanonicalJson.WriteText(before), after is null ? null : CanonicalJson.WriteText(after))
        {
            Origin = (after ?? before)!.Origin,
        });
    }

    // No parent is something else than a parent whose name is empty.
    private static string Join(string? parent, string name) => parent is null ? name : $"{parent}:{name}";
}
