using System.Runtime.CompilerServices;
using Varai.Configuration;

namespace Varai.Promotion.Merging;

/// <summary>Brings what a source has changed since a base into a target, key by key; arrays count as one value.</summary>
/// <remarks>Where only one side has changed, its value stands; where both have changed to the same, that; where they have changed to
/// different values there is a conflict, and the target's value stays until somebody decides. A key that comes or goes as a whole
/// object is one change, so that its text comes and goes as one.</remarks>
internal sealed class ThreeWayMerge
{
    private readonly KeyPolicies _policies;
    private readonly Func<string, PromotionResolution?> _decide;
    private readonly List<PromotionChange> _changes = [];
    private readonly List<PromotionConflict> _conflicts = [];
    private readonly List<PromotionKeptKey> _kept = [];

    private ThreeWayMerge(KeyPolicies policies, Func<string, PromotionResolution?> decide)
    {
        _policies = policies;
        _decide = decide;
    }

    /// <summary>Merges one component.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="basis">What both sides come from.</param>
    /// <param name="source">The side whose changes are wanted.</param>
    /// <param name="target">The side that gets them.</param>
    /// <param name="policies">What stays the target's own.</param>
    /// <param name="decide">What somebody has decided about a conflict.</param>
    public static MergeResult Merge(
        string key,
        ConfigurationNode? basis,
        ConfigurationNode? source,
        ConfigurationNode? target,
        KeyPolicies? policies = null,
        Func<string, PromotionResolution?>? decide = null)
    {
        var merge = new ThreeWayMerge(policies ?? KeyPolicies.None, decide ?? (static _ => null));
        ConfigurationNode? result = merge.Visit(key, basis, source, target);
        return new MergeResult(result, merge._changes, merge._conflicts, merge._kept);
    }

    /// <summary>The part of a target that its source has too: the base of a first promotion, where nothing tells who has changed what. Keys
    /// that only the target has then count as its own.</summary>
    public static ConfigurationNode? CommonKeys(ConfigurationNode? source, ConfigurationNode? target)
    {
        if (source is not { Kind: ConfigurationNodeKind.Object } || target is not { Kind: ConfigurationNodeKind.Object })
            return source is null ? null : target;
        var members = new List<ConfigurationMember>(target.Members.Count);
        foreach (ConfigurationMember member in target.Members)
        {
            if (source.Find(member.Name) is { } other && CommonKeys(other, member.Value) is { } common)
                members.Add(member with { Value = common });
        }

        return ConfigurationNode.Object([.. members]);
    }

    private ConfigurationNode? Visit(string key, ConfigurationNode? basis, ConfigurationNode? source, ConfigurationNode? target)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (_policies.Of(key))
        {
            case PromotionKeyPolicy.Protected:
                return Keep(key, source, target, PromotionKeyPolicy.Protected);
            case PromotionKeyPolicy.CreateOnly when target is not null || basis is not null:
                return Keep(key, source, target, PromotionKeyPolicy.CreateOnly);
        }

        if (ReferenceEquals(source, target) || Canonical.AreSame(source, target))
            return target;
        bool areObjects = IsObjectOrNothing(source) && IsObjectOrNothing(target);
        if (areObjects && _policies.HasBelow(key))
            return VisitMembers(key, basis, source, target);
        if (Canonical.AreSame(basis, source))
            return target;
        if (Canonical.AreSame(basis, target))
            return Take(key, source, target);

        // Where one side is gone, only what the other has changed below is in conflict, not all that was there.
        bool isLeft = source is null ? target!.Members.Count > 0 : target is not null || source.Members.Count > 0;
        if (areObjects && isLeft && (basis is null or { Kind: ConfigurationNodeKind.Object }))
            return VisitMembers(key, basis, source, target);
        return Conflict(key, basis, source, target);
    }

    private ConfigurationNode? VisitMembers(string key, ConfigurationNode? basis, ConfigurationNode? source, ConfigurationNode? target)
    {
        int begin = _changes.Count;
        var members = new List<ConfigurationMember>();
        foreach (ConfigurationMember member in target?.Members ?? [])
        {
            if (Visit(Join(key, member.Name), basis?.Find(member.Name), source?.Find(member.Name), member.Value) is { } value)
                members.Add(member with { Value = value });
        }

        foreach (ConfigurationMember member in source?.Members ?? [])
        {
            if (target?.Find(member.Name) is null && Visit(Join(key, member.Name), basis?.Find(member.Name), member.Value, target: null) is { } value)
                members.Add(member with { Value = value });
        }

        if (members.Count > 0 || (source is not null && target is not null))
            return ConfigurationNode.Object([.. members]);

        // Nothing is left of what the source has no more: the object goes, not only what was in it.
        if (target is not null && target.Members.Count > 0)
        {
            _changes.RemoveRange(begin, _changes.Count - begin);
            _changes.Add(new PromotionChange(key, ConfigurationDifferenceKind.Removed, Canonical.Text(target), After: null));
        }

        return null;
    }

    private ConfigurationNode? Keep(string key, ConfigurationNode? source, ConfigurationNode? target, PromotionKeyPolicy policy)
    {
        if (!Canonical.AreSame(source, target))
            _kept.Add(new PromotionKeptKey(key, policy));
        return target;
    }

    private ConfigurationNode? Take(string key, ConfigurationNode? source, ConfigurationNode? target)
    {
        if (source is { Kind: ConfigurationNodeKind.Object } && target is { Kind: ConfigurationNodeKind.Object })
        {
            foreach (ConfigurationMember member in target.Members)
            {
                ConfigurationNode? other = source.Find(member.Name);
                if (!Canonical.AreSame(other, member.Value))
                    Take(Join(key, member.Name), other, member.Value);
            }

            foreach (ConfigurationMember member in source.Members)
            {
                if (target.Find(member.Name) is null)
                    Take(Join(key, member.Name), member.Value, target: null);
            }

            return source;
        }

        ConfigurationDifferenceKind kind = target is null ? ConfigurationDifferenceKind.Added
            : source is null ? ConfigurationDifferenceKind.Removed
            : ConfigurationDifferenceKind.Changed;
        _changes.Add(new PromotionChange(key, kind, TextOf(target), TextOf(source)));
        return source;
    }

    private ConfigurationNode? Conflict(string key, ConfigurationNode? basis, ConfigurationNode? source, ConfigurationNode? target)
    {
        PromotionConflictKind kind = source is null ? PromotionConflictKind.RemovedInSource
            : target is null ? PromotionConflictKind.RemovedInTarget
            : basis is null ? PromotionConflictKind.BothAdded
            : PromotionConflictKind.BothChanged;
        PromotionResolution? decided = _decide(key);
        _conflicts.Add(new PromotionConflict(key, kind, TextOf(basis), TextOf(source), TextOf(target))
        {
            Choice = decided?.Choice,
            ChoiceReason = decided?.Reason,
        });
        return decided?.Choice == PromotionChoice.TakeSource ? Take(key, source, target) : target;
    }

    private static bool IsObjectOrNothing(ConfigurationNode? node) => node is null or { Kind: ConfigurationNodeKind.Object };

    private static string? TextOf(ConfigurationNode? node) => node is null ? null : Canonical.Text(node);

    private static string Join(string key, string name) => $"{key}:{name}";
}
