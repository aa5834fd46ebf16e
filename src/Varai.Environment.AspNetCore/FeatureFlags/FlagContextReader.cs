using System.Buffers;
using System.Text.Json;
using Varai.FeatureFlags;

namespace Varai.AspNetCore.FeatureFlags;

/// <summary>Reads the context of a request's body, and finds fault with anything that can't be one.</summary>
internal static class FlagContextReader
{
    // Every attribute is compared with what a rule asks for, and members of objects repeat the names above them: without limits a
    // small body would cost much time and memory.
    public const int MaximumAttributes = 256;
    public const int MaximumNameLength = 256;

    private static readonly JsonDocumentOptions ReaderOptions = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    /// <summary>Reads <c>{"context": {...}}</c>.</summary>
    /// <param name="body">The body.</param>
    /// <param name="context">The context; <see langword="null"/> when there is a problem.</param>
    /// <returns>What is wrong; <see langword="null"/> for nothing.</returns>
    public static FlagRequestProblem? Read(ReadOnlySequence<byte> body, out FlagContext? context)
    {
        context = null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(body, ReaderOptions);
            return Read(document.RootElement, out context);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second is what text says that has no right Unicode in it.
            return new FlagRequestProblem(
                FlagRequestProblem.ParseError, "The body is not valid JSON in UTF-8, at most 32 levels deep, with each name once in an object.");
        }
    }

    private static FlagRequestProblem? Read(JsonElement root, out FlagContext? context)
    {
        context = null;
        if (root.ValueKind != JsonValueKind.Object)
            return new FlagRequestProblem(FlagRequestProblem.ParseError, $"The body is an object with a member 'context', not {Describe(root)}.");
        if (!root.TryGetProperty("context"u8, out JsonElement element))
            return new FlagRequestProblem(FlagRequestProblem.InvalidContext, "The body has no member 'context'.");
        if (element.ValueKind != JsonValueKind.Object)
            return new FlagRequestProblem(FlagRequestProblem.InvalidContext, $"The context is an object, not {Describe(element)}.");

        string? targetingKey = null;
        string[]? groups = null;
        var attributes = new List<KeyValuePair<string, FlagValue>>();
        foreach (JsonProperty member in element.EnumerateObject())
        {
            FlagRequestProblem? problem =
                member.NameEquals(FlagContext.TargetingKeyName) ? ReadTargetingKey(member.Value, out targetingKey)
                : string.Equals(member.Name, FlagContext.GroupsName, StringComparison.OrdinalIgnoreCase) ? ReadGroups(member.Value, out groups)
                : Add(attributes, member.Name, member.Value);
            if (problem is not null)
                return problem;
        }

        context = FlagContext.Create(targetingKey, groups, attributes);
        return null;
    }

    private static FlagRequestProblem? ReadTargetingKey(JsonElement value, out string? targetingKey)
    {
        targetingKey = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return value.ValueKind is JsonValueKind.String or JsonValueKind.Null
            ? null
            : new FlagRequestProblem(FlagRequestProblem.InvalidContext, $"The targetingKey is a string, not {Describe(value)}.");
    }

    private static FlagRequestProblem? ReadGroups(JsonElement value, out string[]? groups)
    {
        groups = value.ValueKind switch
        {
            JsonValueKind.Null => [],
            JsonValueKind.String => [value.GetString()!],
            JsonValueKind.Array when value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String) =>
                [.. value.EnumerateArray().Select(item => item.GetString()!)],
            _ => null,
        };
        return groups switch
        {
            null => new FlagRequestProblem(FlagRequestProblem.InvalidContext, "The groups are an array of strings."),
            { Length: > MaximumAttributes } => new FlagRequestProblem(
                FlagRequestProblem.InvalidContext, $"The context has more than {MaximumAttributes} groups."),
            _ => null,
        };
    }

    // The depth is bounded by the reader.
    private static FlagRequestProblem? Add(List<KeyValuePair<string, FlagValue>> attributes, string name, JsonElement value)
    {
        if (name.Length > MaximumNameLength)
        {
            return new FlagRequestProblem(
                FlagRequestProblem.InvalidContext, $"An attribute of the context has a name of more than {MaximumNameLength} characters.");
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty member in value.EnumerateObject())
            {
                if (Add(attributes, $"{name}.{member.Name}", member.Value) is { } problem)
                    return problem;
            }

            return null;
        }

        FlagValue attribute = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetDouble(),
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Array => value.EnumerateArray().Select(TextOf).OfType<string>().ToArray(),
            _ => default,
        };
        if (attribute.Kind == FlagValueKind.None)
            return null;
        if (!double.IsFinite(attribute.Number))
            return new FlagRequestProblem(FlagRequestProblem.InvalidContext, $"The attribute '{name}' is beyond the range of a number.");
        if (attributes.Count == MaximumAttributes)
            return new FlagRequestProblem(FlagRequestProblem.InvalidContext, $"The context has more than {MaximumAttributes} attributes.");
        attributes.Add(new KeyValuePair<string, FlagValue>(name, attribute));
        return null;
    }

    private static string? TextOf(JsonElement item) => item.ValueKind switch
    {
        JsonValueKind.String => item.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => item.GetRawText(),
        _ => null,
    };

    private static string Describe(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        _ => "null",
    };
}
