using System.Buffers;
using System.Text.Json;

namespace Varai.Promotion.Planning;

/// <summary>The hash of what decides in a plan.</summary>
internal static class PlanHash
{
    public static string Compute(PromotionPlan plan)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
            Write(plan, writer);
        return Canonical.Hash(buffer.WrittenSpan);
    }

    private static void Write(PromotionPlan plan, Utf8JsonWriter writer)
    {
        writer.WriteStartArray();
        writer.WriteNumberValue(plan.Format);
        foreach (string? text in (ReadOnlySpan<string?>)[
            plan.Kind.ToString(), plan.Source, plan.Target, plan.Author, plan.Reason, plan.SourceHash, plan.TargetHash, plan.PolicyHash])
        {
            writer.WriteStringValue(text);
        }

        foreach (PromotionComponent component in plan.Components)
        {
            writer.WriteStartArray();
            WriteAll(writer, component.Name, component.BaseHash, component.SourceHash, component.TargetHash);
            foreach (PromotionChange change in component.Changes)
                WriteAll(writer, change.Key, change.Kind.ToString(), change.Before, change.After);
            writer.WriteStartArray();
            foreach (PromotionConflict conflict in component.Conflicts)
            {
                WriteAll(
                    writer, conflict.Key, conflict.Kind.ToString(), conflict.Base, conflict.Source, conflict.Target, conflict.Choice?.ToString(), conflict.ChoiceReason);
            }

            writer.WriteEndArray();
            foreach (PromotionKeptKey kept in component.Kept)
                WriteAll(writer, kept.Key, kept.Policy.ToString());
            writer.WriteEndArray();
        }

        writer.WriteStartArray();
        foreach (PromotionResolution resolution in plan.Resolutions)
            WriteAll(writer, resolution.Key, resolution.Choice.ToString(), resolution.Reason);
        writer.WriteEndArray();
        foreach (PromotionOverride passed in plan.Overrides)
            WriteAll(writer, passed.Gate, passed.Reason);
        writer.WriteEndArray();
    }

    private static void WriteAll(Utf8JsonWriter writer, params ReadOnlySpan<string?> values)
    {
        writer.WriteStartArray();
        foreach (string? value in values)
            writer.WriteStringValue(value);
        writer.WriteEndArray();
    }
}
