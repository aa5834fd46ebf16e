using System.Text.Json.Nodes;
using CsCheck;

namespace Varai.Tests.FeatureFlags.Differential;

/// <summary>Flags with something in the wrong place.</summary>
internal static class MutatedFlags
{
    private static readonly string?[] Junk =
    [
        "null", "true", "false", "5", "-1", "101", "1e999", "\"\"", "\"x\"", "\"NaN\"", "\"12\"", "\"All\"", "\"Enabled\"", "[]", "{}", "[\"x\"]", "[null]", "[{}]",
        "{ \"a\": 1 }", "{ \"0\": { \"name\": \"On\" } }", "\"2026-06-02T00:00:00Z\"", "\"2026-13-02\"", "\"Monday\"", null,
    ];

    /// <summary>Valid JSON with one to three places changed: removed, or another value put there. The id stays.</summary>
    public static Gen<JsonNode> Of(Gen<string> valid) => Gen.Select(valid, Gen.Select(Gen.Int[0, 9_999], AnyOf.These(Junk)).Array[1, 3], (json, changes) =>
    {
        JsonNode root = JsonNode.Parse(json)!;
        foreach ((int place, string? value) in changes)
        {
            List<Action<JsonNode?>> places = [];
            List<Action> removals = [];
            Collect(root, places, removals, isRoot: true);
            if (places.Count == 0)
                break;
            int at = place % places.Count;
            if (value is null)
                removals[at]();
            else
                places[at](JsonNode.Parse(value));
        }

        return root;
    });

    private static void Collect(JsonNode? node, List<Action<JsonNode?>> places, List<Action> removals, bool isRoot)
    {
        if (node is JsonObject members)
        {
            foreach (string name in members.Select(m => m.Key).ToArray())
            {
                if (isRoot && name == "id")
                    continue;
                places.Add(value => members[name] = value);
                removals.Add(() => members.Remove(name));
                Collect(members[name], places, removals, isRoot: false);
            }
        }
        else if (node is JsonArray items)
        {
            for (int i = 0; i < items.Count; i++)
            {
                int at = i;
                places.Add(value => items[at] = value);
                removals.Add(() => items.RemoveAt(at));
                Collect(items[i], places, removals, isRoot: false);
            }
        }
    }
}
