namespace Varai.Architecture.Tests.Aot;

[Collection(DotnetCollection.Name)]
public sealed class AotTests
{
    [Fact]
    public async Task Publish_AheadOfTime_HasNoWarningAndRuns()
    {
        Require.Program("a C compiler for NativeAOT", "apt-get install gcc libc6-dev zlib1g-dev", "clang", "gcc");
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();

        // A folder of its own, since a native file that is up to date would be linked without being looked at again.
        string published = await Command.DotnetAsync(
            Repository.Root, cancellationToken, "publish", "tests/Varai.Environment.AotApp", "-c", Repository.BuildConfiguration,
            "--no-restore", "-o", folder.File("app"), $"-p:NativeIntermediateOutputPath={folder.File("native")}{Path.DirectorySeparatorChar}");
        Assert.DoesNotContain("warning", published, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Generating native code", published, StringComparison.Ordinal);

        folder.Write("config/environments/base.json", """
            {
              "feature_flags": {
                "gift_cards": { "enabled": true, "parameters": { "limit": 100 } },
                "size": {
                  "enabled": true, "prerequisites": [ "gift_cards" ],
                  "conditions": { "client_filters": [ { "name": "Match", "parameters": { "all": [
                    { "attribute": "plan", "operator": "matches", "value": "^pr" },
                    { "attribute": "version", "operator": "semver_greater_or_equal", "value": "2.0.0" } ] } } ] },
                  "variants": [ { "name": "big", "configuration_value": 20 } ], "allocation": { "default_when_enabled": "big" }
                },
                "banner": {
                  "enabled": true, "variants": [ { "name": "red", "configuration_value": "Monday" } ],
                  "allocation": { "percentile": [ { "variant": "red", "from": 0, "to": 100 } ] }
                }
              }
            }
            """);
        folder.Write("config/environments/staging.yaml", "orders:\n  limit: 3\n");
        folder.Write("config/environments/production.yaml", "orders:\n  limit: 2\n");
        folder.Write("data/production/letter.txt", "Dear Anna");
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["VARAI_ENVIRONMENT"] = "staging",
            ["ORDERS_KEY"] = "12345",
            ["MASKING_KEY"] = "0123456789abcdef",
            ["ORDERS_LOGIN"] = """{ "user": "orders" }""",
            ["VARAI_SECRET_KEY"] = Convert.ToBase64String(new byte[32]),
        };
        Command app = await Command.RunAsync(folder.File("app/Varai.Environment.AotApp"), [], folder.Root, cancellationToken, variables);
        Assert.Equal(
            [
                "environment staging",
                "configuration 3 from config/environments/staging.yaml:2:10",
                "secret of 5 characters",
                "field orders",
                "written value",
                "vault refused: True",
                "state refused: True",
                "flag True with limit 100",
                "variant red of 20 in Monday by allocation.percentile[0]",
                "explained in 5 steps, 3 flags",
                "metric 3",
                "promoted 1 keys: Succeeded",
                "rolled back: Succeeded",
                "moved files 1, database 2: Succeeded",
                "masked True",
            ],
            app.Output.Split('\n'));
        Assert.Equal(0, app.ExitCode);
    }
}
