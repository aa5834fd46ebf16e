using Varai.Configuration;

namespace Varai.FeatureFlags.Stores;

/// <summary>Turns a new value into the fewest changes of the environment's own file, so that what a person wrote there stays.</summary>
internal static class LayeredUpdate
{
    private const string Null = "null";

    /// <summary>Adds the changes that make a key have a value.</summary>
    /// <param name="update">Takes them.</param>
    /// <param name="key">The key.</param>
    /// <param name="value">What is there.</param>
    /// <param name="next">The new value; null to remove the key.</param>
    public static void Plan(ConfigurationUpdate update, string key, LayeredValue value, ConfigurationNode? next)
    {
        if (next is null)
            Remove(update, key, value);
        else if (value.Present?.HasSameValues(next) == true)
            return;
        else if (CanMerge(value, next))
            PlanMembers(update, key, value, next);
        else
            update.SetJson(key, ConfigurationJson.ToJson(Cover(value.Lower, next)));
    }

    private static void PlanMembers(ConfigurationUpdate update, string key, LayeredValue value, ConfigurationNode next)
    {
        foreach (ConfigurationMember member in next.Members)
            Plan(update, $"{key}:{member.Name}", value.Find(member.Name), member.Value);
        foreach (ConfigurationMember member in value.Present!.Members.Where(m => next.Find(m.Name) is null))
            Remove(update, $"{key}:{member.Name}", value.Find(member.Name));
    }

    // A value of the shared file would show through again.
    private static void Remove(ConfigurationUpdate update, string key, LayeredValue value)
    {
        if (value.Lower is { Kind: not ConfigurationNodeKind.Null })
        {
            if (value.Own is not { Kind: ConfigurationNodeKind.Null })
                update.SetJson(key, Null);
        }
        else if (value.Own is not null)
        {
            update.Remove(key);
        }
    }

    // Member by member where both sides have some, no name would be taken for two, and the layers would be merged that way.
    private static bool CanMerge(LayeredValue value, ConfigurationNode next) =>
        next is { Kind: ConfigurationNodeKind.Object, Members.Count: > 0 }
        && value.Present is { Kind: ConfigurationNodeKind.Object, Members.Count: > 0 }
        && value.Own is null or { Kind: ConfigurationNodeKind.Object }
        && next.Members.Concat(value.Present!.Members).All(static m => m.Name.Length > 0 && !m.Name.Contains(':', StringComparison.Ordinal));

    /// <summary>What the own file must say so that, laid over the shared file, it comes to a value.</summary>
    private static ConfigurationNode Cover(ConfigurationNode? lower, ConfigurationNode next)
    {
        if (lower is not { Kind: ConfigurationNodeKind.Object } || next.Kind != ConfigurationNodeKind.Object)
            return next;
        return ConfigurationNode.Object(
        [
            .. next.Members.Select(m => m with { Value = Cover(lower.Find(m.Name), m.Value) }),
            .. lower.Members.Where(m => next.Find(m.Name) is null)
                .Select(static m => new ConfigurationMember(m.Name, ConfigurationNode.Scalar(ConfigurationNodeKind.Null, text: null))),
        ]);
    }
}
