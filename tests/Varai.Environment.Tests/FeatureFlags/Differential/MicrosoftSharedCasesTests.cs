using System.Text.Json;
using System.Text.Json.Nodes;
using Varai.Configuration;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Evaluation;
using Varai.Tests.TestResources;

namespace Varai.Tests.FeatureFlags.Differential;

/// <summary>The suite that Microsoft's own libraries share; see the README beside its files.</summary>
public sealed class MicrosoftSharedCasesTests
{
    private static readonly string Folder = Repository.Path("tests", "Varai.Environment.Tests", "TestResources", "microsoft-feature-management");

    public static TheoryData<string, int> Cases { get; } = ReadCases();

    [Fact]
    public void Cases_are_all_there() => Assert.Equal(60, Cases.Count);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Evaluate_shared_case_gives_what_it_says(string suite, int index)
    {
        JsonNode test = Tests(suite)[index]!;
        string flag = (string)test["FeatureFlagName"]!;
        JsonNode document = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, $"{suite}.sample.json")))!;
        string[] broken = [.. Tests(suite).Where(t => t!["IsEnabled"]!["Exception"] is not null).Select(t => (string)t!["FeatureFlagName"]!)];
        using var harness = new FlagHarness();
        if (test["IsEnabled"]!["Exception"] is { } exception)
        {
            // What theirs says at every call, ours says when the flags are loaded.
            ConfigurationError error = Assert.Single(harness.Validate(document.ToJsonString()));
            Assert.Equal($"Invalid setting 'enabled' with value 'invalid' for feature '{flag}'.", (string?)exception);
            Assert.Equal($"feature_management:feature_flags:{flag}:enabled", error.Key);
            return;
        }

        JsonArray flags = document["feature_management"]!["feature_flags"]!.AsArray();
        flags.RemoveAll(f => broken.Contains((string)f!["id"]!, StringComparer.Ordinal));
        FeatureFlagEvaluator evaluator = harness.OverJson(document.ToJsonString());
        FlagEvaluation evaluation = evaluator.Evaluate(flag, Context(test["Inputs"]!));

        Assert.Equal(bool.Parse((string)test["IsEnabled"]!["Result"]!), evaluation.IsEnabled);
        JsonNode? variant = test["Variant"]!["Result"];
        Assert.Equal((string?)(variant is JsonObject ? variant["ConfigurationValue"] : variant), evaluation.Variant?.Value?.Text);
        if (variant is JsonObject && variant["Name"] is { } name)
            Assert.Equal((string?)name, evaluation.Variant?.Name);
    }

    private static FlagContext Context(JsonNode inputs) => new((string?)(inputs["User"] ?? inputs["user"]))
    {
        Groups = inputs["Groups"]?.Deserialize<string[]>() ?? [],
    };

    private static JsonArray Tests(string suite) => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, $"{suite}.tests.json")))!.AsArray();

    private static TheoryData<string, int> ReadCases()
    {
        var cases = new TheoryData<string, int>();
        foreach (string file in Directory.GetFiles(Folder, "*.tests.json").Order(StringComparer.Ordinal))
        {
            string suite = Path.GetFileName(file)[..^".tests.json".Length];
            for (int i = 0; i < Tests(suite).Count; i++)
                cases.Add(suite, i);
        }

        return cases;
    }
}
