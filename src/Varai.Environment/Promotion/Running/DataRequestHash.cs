using System.Buffers;
using System.Text.Json;
using Varai.Data;

namespace Varai.Promotion.Running;

/// <summary>The hash of what is asked for, so that people agree to exactly that.</summary>
internal static class DataRequestHash
{
    public static string Compute(DataMigrationRequest request, IEnumerable<string> components)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
            Write(request, components, writer);
        return Canonical.Hash(buffer.WrittenSpan);
    }

    private static void Write(DataMigrationRequest request, IEnumerable<string> components, Utf8JsonWriter writer)
    {
        writer.WriteStartArray();
        writer.WriteBooleanValue(request.AllowIntoProduction);
        writer.WriteBooleanValue(request.DeleteMissing);
        writer.WriteBooleanValue(request.VerifyContents);
        WriteAll(writer, components);
        if (request.Masking is { } policy)
        {
            WriteAll(writer, [policy.KeySecret]);
            foreach (((string table, string column), MaskingRule rule) in policy.Rules.OrderBy(r => r.Key.Table, StringComparer.Ordinal).ThenBy(r => r.Key.Column, StringComparer.Ordinal))
            {
                WriteAll(writer, [table, column, rule.Kind.ToString()]);
                writer.WriteNumberValue(rule.Length);
            }

            foreach ((string table, string condition) in policy.Filters.OrderBy(f => f.Key, StringComparer.Ordinal))
                WriteAll(writer, [table, condition]);
            WriteAll(writer, policy.Excluded.Order(StringComparer.Ordinal));
        }

        writer.WriteEndArray();
    }

    private static void WriteAll(Utf8JsonWriter writer, IEnumerable<string?> values)
    {
        writer.WriteStartArray();
        foreach (string? value in values)
            writer.WriteStringValue(value);
        writer.WriteEndArray();
    }
}
