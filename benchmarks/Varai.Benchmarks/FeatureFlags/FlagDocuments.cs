using System.Globalization;
using System.Text;

namespace Varai.Benchmarks.FeatureFlags;

/// <summary>Flags as text, in Microsoft's schema, which both sides read as it stands.</summary>
internal static class FlagDocuments
{
    public static string Name(int i) => string.Create(CultureInfo.InvariantCulture, $"feature_{i}");

    /// <summary>On and off in turn, without conditions.</summary>
    public static string Plain(int i) => $$"""{ "id": "{{Name(i)}}", "enabled": {{(i % 2 == 0 ? "true" : "false")}} }""";

    /// <summary>On for half of all users, by Microsoft's bucket.</summary>
    public static string Targeting(int i) => $$"""
        { "id": "{{Name(i)}}", "enabled": true, "conditions": { "client_filters": [
          { "name": "Microsoft.Targeting", "parameters": { "Audience": { "DefaultRolloutPercentage": 50 } } } ] } }
        """;

    /// <summary>Two variants, each for half of all users.</summary>
    public static string Variants(int i) => $$"""
        { "id": "{{Name(i)}}", "enabled": true,
          "variants": [ { "name": "small", "configuration_value": 10 }, { "name": "big", "configuration_value": 20 } ],
          "allocation": { "default_when_enabled": "small",
            "percentile": [ { "variant": "small", "from": 0, "to": 50 }, { "variant": "big", "from": 50, "to": 100 } ] } }
        """;

    /// <summary>Variants for named users and groups, and for half of all others each.</summary>
    public static string Allocated(int i) => $$"""
        { "id": "{{Name(i)}}", "enabled": true,
          "variants": [ { "name": "small", "configuration_value": 10 }, { "name": "big", "configuration_value": 20 } ],
          "allocation": { "default_when_enabled": "small",
            "user": [ { "variant": "big", "users": ["anna", "berta"] } ], "group": [ { "variant": "big", "groups": ["staff"] } ],
            "percentile": [ { "variant": "small", "from": 0, "to": 50 }, { "variant": "big", "from": 50, "to": 100 } ] } }
        """;

    /// <summary>What a real set looks like: half of it plain, a quarter targeting, a quarter with variants.</summary>
    public static string Mixed(int i) => (i % 4) switch
    {
        0 or 1 => Plain(i),
        2 => Targeting(i),
        _ => Variants(i),
    };

    public static string Document(int count, Func<int, string> flag) =>
        $$"""{ "feature_management": { "feature_flags": [ {{string.Join(",\n", Enumerable.Range(0, count).Select(flag))}} ] } }""";

    /// <summary>Our own vocabulary, about a kibibyte a flag.</summary>
    public static string Kibibytes(int count)
    {
        var text = new StringBuilder("{ \"feature_flags\": {");
        for (int i = 0; i < count; i++)
        {
            text.Append(i == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $$"""

                "{{Name(i)}}": { "enabled": true, "description": "{{new string('d', 120)}}", "owner": "team-{{i % 20}}",
                  "parameters": { "sampling_rate": 0.25, "window": "00:05:00", "limit": {{i}} },
                  "conditions": { "requirement_type": "Any", "client_filters": [
                    { "name": "Microsoft.Targeting", "parameters": { "Audience": { "Users": ["anna", "berta", "user-{{i}}"],
                      "Groups": [ { "Name": "beta", "RolloutPercentage": 50 } ], "DefaultRolloutPercentage": 5 } } },
                    { "name": "Match", "parameters": { "all": [ { "attribute": "country", "operator": "in", "values": ["DE", "AT", "CH"] },
                      { "attribute": "plan", "operator": "equals", "value": "pro" } ] } } ] },
                  "variants": [ { "name": "small", "configuration_value": { "size": 10, "color": "blue" } },
                    { "name": "big", "configuration_value": { "size": 20, "color": "green" } } ],
                  "allocation": { "default_when_enabled": "small",
                    "percentile": [ { "variant": "small", "from": 0, "to": 50 }, { "variant": "big", "from": 50, "to": 100 } ] } }
                """);
        }

        return text.Append("} }").ToString();
    }
}
