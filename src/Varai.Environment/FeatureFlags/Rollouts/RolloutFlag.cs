using System.Globalization;
using Varai.Configuration;

namespace Varai.FeatureFlags.Rollouts;

/// <summary>Reads and changes the percentage in the definition of a flag.</summary>
internal static class RolloutFlag
{
    private const string Enabled = "enabled";
    private const string Environments = "environments";
    private const string Conditions = "conditions";
    private const string Filters = "client_filters";
    private const string FilterName = "name";
    private const string Parameters = "parameters";
    private const string Percentage = "percentage";
    private const string By = "by";
    private const string Audience = "Audience";
    private const string DefaultPercentage = "DefaultRolloutPercentage";
    private const string KillSwitch = "kill_switch";
    private const string Rollout = "Rollout";
    private const string TargetingKey = "targetingKey";

    public static RolloutReading Read(ConfigurationNode flag) => new(IsEnabled(flag), ToPercentage(FindPercentage(flag)));

    /// <summary>Whether the kill switch is thrown, for all environments or for this one.</summary>
    public static bool IsKilled(ConfigurationNode flag, string environment) =>
        IsThrown(flag) || (flag.Find(Environments)?.Find(environment) is { } own && IsThrown(own));

    /// <summary>Why a plan does not fit the flag, as the end of a sentence; null when it does.</summary>
    public static string? FindProblem(FeatureFlagDefinition flag, string? by)
    {
        if (flag.Schema != FeatureFlagSchema.Varai)
            return "is written in Microsoft's schema, which a rollout can't change: move it to 'feature_flags'";
        if (flag.Node.Find(Environments)?.Members.FirstOrDefault(Decides).Name is { } decides)
            return $"has values of its own for the environment '{decides}' (on, off or conditions), so that a percentage for all would not say what happens there";
        if (flag.Node.Kind is not (ConfigurationNodeKind.Boolean or ConfigurationNodeKind.Object))
            return "is neither true, false nor an object";
        if (by is null || FindFilter(flag.Node) is not { } place)
            return null;
        string found = place.IsTargeting ? TargetingKey : place.Filter.Find(Parameters)?.Find(By)?.Text ?? TargetingKey;
        return found.Equals(by, StringComparison.OrdinalIgnoreCase)
            ? null
            : $"takes its percentage by '{found}' already, not by '{by}': change one of them, since nobody should be in and out by turns";
    }

    /// <summary>The flag with a percentage, and switched on.</summary>
    public static ConfigurationNode Set(ConfigurationNode flag, double percentage, string? by)
    {
        ConfigurationNode value = Number(percentage);
        ConfigurationNode node = IsEnabled(flag) ? AsObject(flag) : With(AsObject(flag), Enabled, Boolean(value: true));
        if (FindFilter(node) is { } place)
            return SetPercentage(node, place, value);

        ConfigurationNode parameters = ConfigurationNode.Object(by is null
            ? [new(Percentage, value)]
            : [new(Percentage, value), new(By, ConfigurationNode.Scalar(ConfigurationNodeKind.String, by))]);
        ConfigurationNode filter = ConfigurationNode.Object(
            [new(FilterName, ConfigurationNode.Scalar(ConfigurationNodeKind.String, Rollout)), new(Parameters, parameters)]);
        ConfigurationNode conditions = OrEmpty(node.Find(Conditions));
        ConfigurationNode[] filters = [.. conditions.Find(Filters)?.Items ?? [], filter];
        return With(node, Conditions, With(conditions, Filters, ConfigurationNode.Array(filters)));
    }

    /// <summary>What <see cref="Restore"/> needs to undo the first <see cref="Set"/>.</summary>
    public static RolloutUndo Remember(ConfigurationNode flag)
    {
        bool wasBoolean = flag.Kind != ConfigurationNodeKind.Object;
        ConfigurationNode? enabled = wasBoolean ? flag : flag.Find(Enabled);
        ConfigurationNode? conditions = flag.Find(Conditions);
        return new RolloutUndo(
            ToJson(enabled),
            ToJson(FindPercentage(flag)),
            wasBoolean,
            AddsFilter: FindFilter(flag) is null,
            AddsConditions: conditions is not { Kind: ConfigurationNodeKind.Object },
            AddsFilters: conditions?.Find(Filters) is not { Kind: ConfigurationNodeKind.Array });
    }

    /// <summary>The flag without what a rollout has changed; what others have changed since stays.</summary>
    public static ConfigurationNode Restore(ConfigurationNode flag, RolloutUndo undo)
    {
        if (flag.Kind != ConfigurationNodeKind.Object)
            return flag;
        ConfigurationNode node = flag;
        if (FindFilter(node) is { } place)
            node = undo.AddsFilter ? WithoutFilter(node, place, undo) : SetPercentage(node, place, FromJson(undo.Percentage));
        // A flag that somebody has switched off since stays off.
        if (IsEnabled(node))
            node = With(node, Enabled, FromJson(undo.Enabled));
        return undo.WasBoolean && node.Members.Count == 1 ? node.Members[0].Value : node;
    }

    public static bool AreSame(ConfigurationNode one, ConfigurationNode other) =>
        ConfigurationJson.ToJson(one).Equals(ConfigurationJson.ToJson(other), StringComparison.Ordinal);

    private static bool IsEnabled(ConfigurationNode flag) =>
        bool.TryParse(flag.Text ?? flag.Find(Enabled)?.Text, out bool enabled) && enabled;

    private static double? ToPercentage(ConfigurationNode? node) =>
        double.TryParse(node?.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double percentage) ? percentage : null;

    private static ConfigurationNode? FindPercentage(ConfigurationNode flag) => FindFilter(flag) is not { } place
        ? null
        : place.IsTargeting
            ? place.Filter.Find(Parameters)?.Find(Audience)?.Find(DefaultPercentage)
            : place.Filter.Find(Parameters)?.Find(Percentage);

    private static Place? FindFilter(ConfigurationNode flag)
    {
        IReadOnlyList<ConfigurationNode> filters = flag.Find(Conditions)?.Find(Filters)?.Items ?? [];
        int index = IndexOf(filters, static f => Is(f, Rollout, "Varai.Rollout"));
        if (index >= 0)
            return new Place(index, filters[index], IsTargeting: false);
        index = IndexOf(filters, static f => Is(f, "Targeting", "Microsoft.Targeting")
            && f.Find(Parameters)?.Find(Audience) is { Kind: ConfigurationNodeKind.Object });
        return index >= 0 ? new Place(index, filters[index], IsTargeting: true) : null;
    }

    private static int IndexOf(IReadOnlyList<ConfigurationNode> nodes, Func<ConfigurationNode, bool> match)
    {
        for (int i = 0; i < nodes.Count; i++)
        {
            if (match(nodes[i]))
                return i;
        }

        return -1;
    }

    private static bool Is(ConfigurationNode filter, string name, string fullName) => filter.Find(FilterName)?.Text is { } found
        && (found.Equals(name, StringComparison.OrdinalIgnoreCase) || found.Equals(fullName, StringComparison.OrdinalIgnoreCase));

    private static ConfigurationNode SetPercentage(ConfigurationNode flag, Place place, ConfigurationNode? percentage)
    {
        ConfigurationNode parameters = OrEmpty(place.Filter.Find(Parameters));
        parameters = place.IsTargeting
            ? With(parameters, Audience, With(OrEmpty(parameters.Find(Audience)), DefaultPercentage, percentage))
            : With(parameters, Percentage, percentage);
        ConfigurationNode conditions = flag.Find(Conditions)!;
        ConfigurationNode[] filters = [.. conditions.Find(Filters)!.Items];
        filters[place.Index] = With(place.Filter, Parameters, parameters);
        return With(flag, Conditions, With(conditions, Filters, ConfigurationNode.Array(filters)));
    }

    private static ConfigurationNode WithoutFilter(ConfigurationNode flag, Place place, RolloutUndo undo)
    {
        ConfigurationNode conditions = flag.Find(Conditions)!;
        ConfigurationNode[] filters = [.. conditions.Find(Filters)!.Items.Where((_, i) => i != place.Index)];
        conditions = With(conditions, Filters, filters.Length == 0 && undo.AddsFilters ? null : ConfigurationNode.Array(filters));
        return With(flag, Conditions, conditions.Members.Count == 0 && undo.AddsConditions ? null : conditions);
    }

    // A member in its place, at the end when it is new, or without it.
    private static ConfigurationNode With(ConfigurationNode node, string name, ConfigurationNode? value)
    {
        int at = node.IndexOf(name);
        if (value is null)
            return at < 0 ? node : ConfigurationNode.Object([.. node.Members.Where((_, i) => i != at)]);
        if (at < 0)
            return ConfigurationNode.Object([.. node.Members, new ConfigurationMember(name, value)]);
        ConfigurationMember[] members = [.. node.Members];
        members[at] = new ConfigurationMember(members[at].Name, value);
        return ConfigurationNode.Object(members);
    }

    private static ConfigurationNode AsObject(ConfigurationNode flag) =>
        flag.Kind == ConfigurationNodeKind.Object ? flag : ConfigurationNode.Object([new ConfigurationMember(Enabled, flag)]);

    private static ConfigurationNode OrEmpty(ConfigurationNode? node) =>
        node is { Kind: ConfigurationNodeKind.Object } ? node : ConfigurationNode.Object([]);

    private static ConfigurationNode Boolean(bool value) => ConfigurationNode.Scalar(ConfigurationNodeKind.Boolean, value ? "true" : "false");

    private static ConfigurationNode Number(double value) =>
        ConfigurationNode.Scalar(ConfigurationNodeKind.Number, value.ToString("R", CultureInfo.InvariantCulture));

    private static string? ToJson(ConfigurationNode? node) => node is null ? null : ConfigurationJson.ToJson(node);

    private static ConfigurationNode? FromJson(string? json) => json is null ? null : ConfigurationJson.Parse(json, "rollout");

    private sealed record Place(int Index, ConfigurationNode Filter, bool IsTargeting);

    private static bool IsThrown(ConfigurationNode node) => bool.TryParse(node.Find(KillSwitch)?.Text, out bool isKilled) && isKilled;

    private static bool Decides(ConfigurationMember own) =>
        own.Value.Kind == ConfigurationNodeKind.Boolean || own.Value.Find(Enabled) is not null || own.Value.Find(Conditions) is not null;
}
