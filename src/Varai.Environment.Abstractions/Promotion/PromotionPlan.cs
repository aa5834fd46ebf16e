using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Varai.Promotion;

/// <summary>What a promotion does, to be read, stored, approved and carried out.</summary>
/// <remarks>Plain data. Secrets stand in it as the references they are. <see cref="Hash"/> covers everything that decides what happens:
/// both sides, the base, changes, decisions, overrides, author and policy; not the answers of gates, which change with time.</remarks>
public sealed record PromotionPlan
{
    /// <summary>The format that this version writes and reads.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The format.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>What it is.</summary>
    public PromotionKind Kind { get; init; }

    /// <summary>The environment that values come from; for a rollback the target itself.</summary>
    public required string Source { get; init; }

    /// <summary>The environment that is changed.</summary>
    public required string Target { get; init; }

    /// <summary>Who asked.</summary>
    public required string Author { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>When it was made, in UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The hash of the source's values; of the snapshot or record for a restore or rollback; of what is asked for, for a data migration.</summary>
    public required string SourceHash { get; init; }

    /// <summary>The hash of the target's values; empty for a data migration.</summary>
    public required string TargetHash { get; init; }

    /// <summary>The source's recorded version with these values; <see langword="null"/> when none is recorded.</summary>
    public long? SourceVersion { get; init; }

    /// <summary>Since when the components in the source have these values; <see langword="null"/> when that is not recorded.</summary>
    public DateTimeOffset? SourceSince { get; init; }

    /// <summary>The target's newest recorded version.</summary>
    public long? TargetVersion { get; init; }

    /// <summary>What was asked for by name; empty for all components. For a data migration, its data components.</summary>
    public IReadOnlyList<string> RequestedComponents { get; init; } = [];

    /// <summary>What happens to each component.</summary>
    public IReadOnlyList<PromotionComponent> Components { get; init; } = [];

    /// <summary>The decisions about conflicts.</summary>
    public IReadOnlyList<PromotionResolution> Resolutions { get; init; } = [];

    /// <summary>The gates that are to be passed although they are closed.</summary>
    public IReadOnlyList<PromotionOverride> Overrides { get; init; } = [];

    /// <summary>The secrets that the components would refer to.</summary>
    public IReadOnlyList<PromotionSecretReference> Secrets { get; init; } = [];

    /// <summary>What would be wrong with the target's document; empty when it would be valid.</summary>
    public IReadOnlyList<string> Errors { get; init; } = [];

    /// <summary>The promotions that were rolled back and whose values would all come again.</summary>
    public IReadOnlyList<string> Holds { get; init; } = [];

    /// <summary>The hash of the policy: pipeline, protected keys, gates.</summary>
    public required string PolicyHash { get; init; }

    /// <summary>SHA-256 of what decides, 64 hexadecimal digits.</summary>
    public string Hash { get; init; } = "";

    /// <summary>What the gates said when the plan was made.</summary>
    public IReadOnlyList<PromotionGateResult> Gates { get; init; } = [];

    /// <summary>All changes, component by component.</summary>
    [JsonIgnore]
    public IEnumerable<PromotionChange> Changes => Components.SelectMany(c => c.Changes);

    /// <summary>All conflicts, component by component.</summary>
    [JsonIgnore]
    public IEnumerable<PromotionConflict> Conflicts => Components.SelectMany(c => c.Conflicts);

    /// <summary>Whether it could be carried out now.</summary>
    [JsonIgnore]
    public bool IsReady => Errors.Count == 0 && Conflicts.All(c => c.Choice is not null) && Gates.All(g => g.IsPassed);

    /// <summary>Reads what <see cref="ToJson"/> writes.</summary>
    /// <param name="json">The text.</param>
    /// <exception cref="FormatException">It is no plan, or one of another format.</exception>
    public static PromotionPlan Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            if (JsonSerializer.Deserialize(json, PromotionPlanJson.Default.PromotionPlan) is { Format: CurrentFormat } plan)
                return plan;
        }
        catch (JsonException e)
        {
            throw new FormatException("The text is no promotion plan.", e);
        }

        throw new FormatException($"The text is no promotion plan of format {CurrentFormat.ToString(CultureInfo.InvariantCulture)}.");
    }

    /// <summary>Writes the plan as JSON, to be stored.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, PromotionPlanJson.Default.PromotionPlan);

    /// <summary>The plan as a person reads it.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Kind} {Source} -> {Target} by {Author}: {Reason}");
        foreach (PromotionComponent component in Components)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n  {component.Name}{(component.BaseHash is null && Kind == PromotionKind.Promotion ? " (first promotion)" : "")}");
            if (component.Changes.Count + component.Conflicts.Count + component.Kept.Count == 0)
                text.Append(": nothing to change");
            foreach (object line in component.Changes.Cast<object>().Concat(component.Conflicts).Concat(component.Kept))
                text.Append("\n    ").Append(line);
        }

        if (Kind == PromotionKind.DataMigration)
            text.Append("\n  data ").AppendJoin(", ", RequestedComponents);
        foreach (PromotionSecretReference secret in Secrets.Where(s => s.Exists != true))
            text.Append(CultureInfo.InvariantCulture, $"\n  secret {secret.Name} ({secret.Key}): {(secret.Exists is null ? "not known from here" : "missing in the target")}");
        foreach (string error in Errors)
            text.Append("\n  error ").Append(error);
        foreach (PromotionGateResult gate in Gates)
            text.Append("\n  gate ").Append(gate);
        return text.Append("\n  plan ").Append(Hash).ToString();
    }
}
