using System.Text;
using Varai.Configuration;
using Varai.Configuration.Documents;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Engine;

namespace Varai.Benchmarks.FeatureFlags;

/// <summary>The flags that are measured.</summary>
internal static class SampleFlags
{
    /// <summary>What is asked for, in Microsoft's schema, among others. The variants are allocated as in their documentation: by
    /// user, group and percentile.</summary>
    public static string Microsoft(int others) => $$"""
        { "feature_management": { "feature_flags": [
          { "id": "plain", "enabled": true },
          { "id": "rollout", "enabled": true, "conditions": { "client_filters": [ { "name": "Microsoft.Targeting", "parameters": { "Audience": { "DefaultRolloutPercentage": 50 } } } ] } },
          { "id": "variant", "enabled": true,
            "variants": [ { "name": "red", "configuration_value": "#f00" }, { "name": "blue", "configuration_value": "#00f" }, { "name": "green", "configuration_value": "#0f0" } ],
            "allocation": {
              "default_when_enabled": "red", "default_when_disabled": "red", "seed": "13973240",
              "user": [ { "variant": "blue", "users": [ "alice@example.com", "bob@example.com" ] } ],
              "group": [ { "variant": "green", "groups": [ "ring1" ] } ],
              "percentile": [ { "variant": "red", "from": 0, "to": 10 }, { "variant": "green", "from": 10, "to": 20 }, { "variant": "blue", "from": 20, "to": 100 } ] } },
          {{string.Join(",\n", Enumerable.Range(0, others).Select(i => $$"""{ "id": "other_{{i}}", "enabled": {{(i % 2 == 0 ? "true" : "false")}} }"""))}}
        ] } }
        """;

    /// <summary>What is asked for, in our schema.</summary>
    public const string Ours = """
        { "feature_flags": { "native_rollout": { "enabled": true, "conditions": { "percentage": 50 } } } }
        """;

    /// <summary>Flags of about a kilobyte each.</summary>
    public static string Large(int count)
    {
        var text = new StringBuilder("{ \"feature_flags\": {\n");
        for (int i = 0; i < count; i++)
        {
            text.Append(i == 0 ? "" : ",\n").Append($$"""
                "feature_number_{{i}}": {
                  "enabled": true,
                  "description": "Shows the new page to the people who asked for it, then to a growing share of everybody else, by country.",
                  "parameters": { "sampling_rate": 0.25, "window": "00:05:00", "endpoint": "https://shop.example/{{i}}", "limits": { "low": 10, "high": 200 } },
                  "conditions": [
                    { "user": [ "alice@example.com", "bob@example.com", "carol@example.com" ] },
                    { "all": [ { "attribute": "country", "in": [ "DE", "AT", "CH" ] }, { "attribute": "app_version", "version_at_least": "2.{{i % 100}}.0" }, { "percentage": {{i % 100}} } ] },
                    { "window": { "start": "2026-03-02T09:00:00+01:00", "end": "2026-03-02T17:00:00+01:00" } }
                  ],
                  "variants": { "red": { "value": { "colour": "#f00", "size": 10 } }, "blue": { "value": { "colour": "#00f", "size": 12 } } },
                  "allocation": { "default_when_enabled": "red", "group": [ { "variant": "blue", "groups": [ "beta", "staff" ] } ], "percentile": [ { "variant": "red", "from": 0, "to": 90 }, { "variant": "blue", "from": 90, "to": 100 } ] }
                }
                """);
        }

        return text.Append("\n} }").ToString();
    }

    /// <summary>From bytes to a snapshot: parsing, validation, compilation.</summary>
    public static FeatureFlagSnapshot Load(byte[] json, FlagCompiler compiler)
    {
        var errors = new List<ConfigurationError>();
        var limits = new DocumentLimits(int.MaxValue, MaximumDepth: 64, int.MaxValue);
        ConfigurationNode root = JsonDocumentReader.Read(new ConfigurationFile("flags.json", json), limits, errors)!;
        FeatureFlagSet set = FeatureFlagReader.Read(root, errors.Add);
        if (errors.Count > 0)
            throw new InvalidOperationException(errors[0].ToString());
        return compiler.Compile(set, static (_, _, _) => { });
    }
}
