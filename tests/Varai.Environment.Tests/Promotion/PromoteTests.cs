using CsCheck;
using Varai.Configuration;
using Varai.Promotion;

namespace Varai.Tests.Promotion;

public sealed class PromoteTests : IAsyncDisposable
{
    private const string Development = """
        {
          "feature_flags": { "new_checkout": true, "beta": { "enabled": true, "parameters": { "rate": 0.5 } } },
          "api_config": { "timeout": 10, "base_url": "https://dev" }
        }
        """;

    private const string Staging = """
        {
          // flags of staging
          "feature_flags": {
            "new_checkout": false, // not yet
            "own": true
          },
          "api_config": { "base_url": "https://staging",   "timeout": 5 },
          "other": { "n": 1 } /* left alone */
        }
        """;

    private readonly PromotionHarness _harness = new PromotionHarness().Environments(Development, Staging, """{ "feature_flags": {} }""");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Plan_AFirstPromotion_ShowsWhatChangesAndWhatStays()
    {
        await _harness.StartAsync(o => o.ProtectedKeys.Add("api_config:base_url"));

        PromotionPlan plan = await _harness.PlanAsync("development", "staging", "feature_flags", "api_config");

        Assert.True(plan.IsReady, plan.ToString());
        Assert.Equal(["api_config", "feature_flags"], plan.Components.Select(c => c.Name));
        Assert.Equal(
            ["~ api_config:timeout = 5 -> 10", """+ feature_flags:beta = {"enabled":true,"parameters":{"rate":0.5}}""", "~ feature_flags:new_checkout = false -> true"],
            plan.Changes.Select(c => c.ToString()));
        Assert.Equal(["api_config:base_url"], plan.Components[0].Kept.Select(k => k.Key));
        Assert.Contains("first promotion", plan.ToString(), StringComparison.Ordinal);
        Assert.Contains(plan.Hash, plan.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_WrittenAndReadBack_IsTheSameAndIsCarriedOut()
    {
        await _harness.StartAsync();
        PromotionPlan plan = await _harness.PlanAsync("development", "staging", "feature_flags");

        PromotionPlan read = PromotionPlan.Parse(plan.ToJson());

        Assert.Equal(plan.ToJson(), read.ToJson());
        Assert.Equal(PromotionState.Succeeded, (await _harness.Engine.PromoteAsync(read, cancellationToken: Token)).State);
    }

    [Fact]
    public async Task Plan_ChangesNothing()
    {
        await _harness.StartAsync();
        string[] before = [.. _harness.Files.Select(File.ReadAllText)];

        await _harness.PlanAsync("development", "staging");

        Assert.Equal(before, _harness.Files.Select(File.ReadAllText));
        Assert.Empty(await _harness.HistoryAsync("staging"));
        Assert.Empty(await _harness.EventsAsync());
    }

    [Fact]
    public async Task Promote_SeveralComponents_ChangesOnlyTheirText()
    {
        await _harness.StartAsync(o => o.ProtectedKeys.Add("api_config:base_url"));

        PromotionRecord record = await _harness.PromoteAsync("development", "staging", "feature_flags", "api_config");

        Assert.Equal(PromotionState.Succeeded, record.State);
        Assert.Equal("""
            {
              // flags of staging
              "feature_flags": {
                "new_checkout": true, // not yet
                "own": true,
                "beta": { "enabled": true, "parameters": { "rate": 0.5 } }
              },
              "api_config": { "base_url": "https://staging",   "timeout": 10 },
              "other": { "n": 1 } /* left alone */
            }
            """, _harness.Read("staging.json"));
    }

    [Fact]
    public async Task Promote_IsOneVersionWithAuthorReasonAndPromotion()
    {
        await _harness.StartAsync();

        PromotionRecord record = await _harness.PromoteAsync("development", "staging");

        List<ConfigurationVersion> versions = await VersionsAsync("staging");
        ConfigurationVersion version = versions[0];
        Assert.Equal(2, versions.Count);
        Assert.Equal((record.TargetVersion, record.Id), ((long?)version.Number, version.Operation));
        Assert.Equal((PromotionHarness.Author, "release", ConfigurationChangeSource.Promotion), (version.Author, version.Reason, version.Source));
    }

    [Fact]
    public async Task Promote_Records_WhatHappenedStepByStep()
    {
        await _harness.StartAsync();
        var told = new List<PromotionEventKind>();

        PromotionPlan plan = await _harness.PlanAsync("development", "staging", "feature_flags");
        PromotionRecord record = await _harness.Engine.PromoteAsync(plan, new Told(told), Token);

        PromotionEventKind[] expected = [PromotionEventKind.Started, PromotionEventKind.Applied, PromotionEventKind.Succeeded];
        Assert.Equal(expected, told);
        Assert.Equal(expected, record.Events.Select(e => e.Kind));
        Assert.Equal(expected, (await _harness.EventsAsync()).Select(e => e.Kind));
        Assert.Equal(plan.Hash, record.Plan.Hash);
        PromotionEvent started = (await _harness.EventsAsync())[0];
        Assert.Equal((PromotionHarness.Author, plan.Hash, record.Id), (started.Author, started.PlanHash, started.RecordId));
        Assert.Contains(started.Gates, g => g is { Gate: "stage-order", State: PromotionGateState.Open });
        Assert.Equal(record.ToString(), (await _harness.Engine.FindAsync(record.Id, Token))!.ToString());
        Assert.True((await _harness.Audit.VerifyAuditAsync(Token)).IsIntact);
    }

    [Fact]
    public async Task Promote_Again_BringsOnlyWhatTheSourceHasChangedSince()
    {
        await _harness.StartAsync();
        await _harness.PromoteAsync("development", "staging", "api_config");
        await _harness.EditAsync("staging", "api_config:timeout", "99");
        await _harness.EditAsync("development", "api_config:retries", "3");

        PromotionRecord record = await _harness.PromoteAsync("development", "staging", "api_config");

        Assert.Equal(["+ api_config:retries = 3"], record.Plan.Changes.Select(c => c.ToString()));
        Assert.Equal("99", await _harness.ValueAsync("staging", "api_config:timeout"));
    }

    [Fact]
    public async Task Promote_BothChangedAKey_IsRefusedWithBothValuesAndAuthors()
    {
        await _harness.StartAsync();
        await _harness.PromoteAsync("development", "staging", "api_config");
        await _harness.EditAsync("development", "api_config:timeout", "20", "dora");
        await _harness.EditAsync("staging", "api_config:timeout", "30", "sam");

        PromotionPlan plan = await _harness.PlanAsync("development", "staging", "api_config");
        PromotionRefusedException refused = await Assert.ThrowsAsync<PromotionRefusedException>(() => _harness.Engine.PromoteAsync(plan, cancellationToken: Token));

        PromotionConflict conflict = Assert.Single(plan.Conflicts);
        Assert.Equal(("api_config:timeout", "10", "20", "30"), (conflict.Key, conflict.Base, conflict.Source, conflict.Target));
        Assert.StartsWith("dora (", conflict.SourceAuthor, StringComparison.Ordinal);
        Assert.StartsWith("sam (", conflict.TargetAuthor, StringComparison.Ordinal);
        Assert.False(plan.IsReady);
        Assert.Contains("api_config:timeout", refused.Message, StringComparison.Ordinal);
        Assert.Equal(PromotionEventKind.Refused, (await _harness.EventsAsync())[^1].Kind);
    }

    [Theory]
    [InlineData(PromotionChoice.TakeSource, "20")]
    [InlineData(PromotionChoice.KeepTarget, "30")]
    public async Task Promote_WithADecision_DoesThatAndSaysWhy(PromotionChoice choice, string expected)
    {
        await _harness.StartAsync();
        await _harness.PromoteAsync("development", "staging", "api_config");
        await _harness.EditAsync("development", "api_config:timeout", "20");
        await _harness.EditAsync("staging", "api_config:timeout", "30");

        PromotionRecord record = await _harness.Engine.PromoteAsync(
            new PromotionRequest("development", "staging", "ann", "why") { Components = ["api_config"], Resolutions = [new("api_config:timeout", choice, "agreed with sam")] },
            cancellationToken: Token);

        Assert.Equal(expected, await _harness.ValueAsync("staging", "api_config:timeout"));
        Assert.Equal("agreed with sam", Assert.Single(record.Plan.Conflicts).ChoiceReason);
    }

    [Fact]
    public async Task Promote_ARemovedKeyAndARemovedComponent_AreRemoved()
    {
        await _harness.StartAsync();
        await _harness.PromoteAsync("development", "staging");
        await _harness.EditAsync("development", "feature_flags:beta", null);
        await _harness.EditAsync("development", "api_config", null);

        PromotionRecord record = await _harness.PromoteAsync("development", "staging");

        Assert.Equal(["api_config", "feature_flags:beta"], record.Plan.Changes.Select(c => c.Key));
        Assert.Null(await _harness.ValueAsync("staging", "api_config"));
        Assert.Null(await _harness.ValueAsync("staging", "feature_flags:beta"));
        Assert.Equal("true", await _harness.ValueAsync("staging", "feature_flags:own"));
    }

    [Theory]
    [InlineData("staging")]
    [InlineData("development")]
    public async Task Promote_AStalePlan_IsRefusedAndSaysWhatMovedAndWhoDidIt(string changed)
    {
        await _harness.StartAsync();
        await _harness.EditAsync("staging", "api_config:retries", "1");
        await _harness.EditAsync("development", "api_config:retries", "2");
        PromotionPlan plan = await _harness.PlanAsync("development", "staging", "api_config");
        await _harness.EditAsync(changed, "other:n", "2", "mallory");
        string[] before = [.. _harness.Files.Select(File.ReadAllText)];

        PromotionStaleException stale = await Assert.ThrowsAsync<PromotionStaleException>(() => _harness.Engine.PromoteAsync(plan, cancellationToken: Token));

        string moved = Assert.Single(stale.Changes);
        Assert.StartsWith($"{changed}: other", moved, StringComparison.Ordinal);
        Assert.Contains("mallory", moved, StringComparison.Ordinal);
        Assert.NotEqual(plan.Hash, stale.Current.Hash);
        Assert.Equal(before, _harness.Files.Select(File.ReadAllText));
        Assert.Empty(await _harness.HistoryAsync("staging"));
    }

    [Fact]
    public async Task Promote_AnEditedPlan_IsRefused()
    {
        await _harness.StartAsync();
        PromotionPlan plan = await _harness.PlanAsync("development", "staging", "api_config");

        PromotionException error = await Assert.ThrowsAsync<PromotionException>(
            () => _harness.Engine.PromoteAsync(PromotionPlan.Parse(plan.ToJson().Replace("\"after\":\"10\"", "\"after\":\"11\"", StringComparison.Ordinal)), cancellationToken: Token));

        Assert.Contains("changed after it was made", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Promote_AResultThatBreaksTheSchema_IsRefusedAndChangesNothing()
    {
        _harness.Write("schemas/api_config.json", """{ "properties": { "timeout": { "type": "integer" }, "retries": { "type": "integer", "maximum": 3 } } }""");
        await _harness.StartAsync();
        _harness.Write("schemas/api_config.json", """{ "properties": { "timeout": { "maximum": 5 } } }""");
        _harness.Write("development.json", """{ "api_config": { "timeout": 5, "x": 1 } }""");
        _harness.Write("staging.json", """{ "api_config": { "timeout": 4 }, "big": 1 }""");
        _harness.Write("schema.json", """{ "if": { "required": ["big"] }, "then": { "properties": { "api_config": { "properties": { "timeout": { "maximum": 4 } } } } } }""");

        PromotionPlan plan = await _harness.PlanAsync("development", "staging", "api_config");

        Assert.Contains("staging.json", Assert.Single(plan.Errors), StringComparison.Ordinal);
        PromotionRefusedException refused = await Assert.ThrowsAsync<PromotionRefusedException>(() => _harness.Engine.PromoteAsync(plan, cancellationToken: Token));
        Assert.Contains(refused.Gates, g => g is { Gate: "validation", IsPassed: false });
        Assert.Equal("4", await _harness.ValueAsync("staging", "api_config:timeout"));
    }

    [Fact]
    public async Task Promote_NothingToChange_SucceedsWithoutAVersion()
    {
        await _harness.StartAsync();
        await _harness.PromoteAsync("development", "staging");
        string before = _harness.Read("staging.json");

        PromotionRecord record = await _harness.PromoteAsync("development", "staging");

        Assert.Equal((PromotionState.Succeeded, null), (record.State, record.TargetVersion));
        Assert.Equal(before, _harness.Read("staging.json"));
        Assert.Equal(record.SnapshotBefore, record.SnapshotAfter);
    }

    [Fact]
    public async Task Promote_IntoYaml_KeepsTheFileAPersons()
    {
        File.Delete(Path.Combine(_harness.Folder, "staging.json"));
        _harness.Write("staging.yaml", "# staging\nfeature_flags: # flags\n  new_checkout: false  # not yet\n\napi_config:\n  timeout: 5\nother:\n    n: 1\n");
        await _harness.StartAsync();

        await _harness.PromoteAsync("development", "staging", "feature_flags");

        string text = _harness.Read("staging.yaml");
        Assert.StartsWith("# staging\nfeature_flags: # flags\n  new_checkout: true  # not yet\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\napi_config:\n  timeout: 5\nother:\n    n: 1\n", text, StringComparison.Ordinal);
        Assert.Equal("0.5", await _harness.ValueAsync("staging", "feature_flags:beta:parameters:rate"));
    }

    [Theory]
    [InlineData("json")]
    [InlineData("yaml")]
    public async Task Promote_RandomComponents_LeavesEveryByteAroundThem(string format)
    {
        bool isJson = format == "json";
        File.Delete(Path.Combine(_harness.Folder, "staging.json"));
        string file = $"staging.{format}";
        (string before, string after) = isJson
            ? ("{\r\n  // left\r\n  \"left\" : [1,   2], /* here */\r\n", ",\r\n\t\"right\": { \"a\":1 } // right\r\n}\r\n")
            : ("# top\nleft:   [1,   2] # here\n\n", "\nright: # right\n    a:   1\n");
        _harness.Write(file, isJson ? "{}" : "a: 1\n");
        await _harness.StartAsync();
        int number = 0;
        Gen<Dictionary<string, int>> values = Gen.Dictionary(Gen.Int[0, 5].Select(n => $"k{n}"), Gen.Int[0, 3])[1, 6];
        await Gen.Select(values, values).SampleAsync(async (source, target) =>
        {
            string name = $"m{number++}";
            _harness.Write("development.json", $"{{ \"{name}\": {{ {string.Join(", ", source.Select(v => $"\"{v.Key}\": {v.Value}"))} }} }}");
            string component = isJson
                ? $"  \"{name}\": {{ /* c */ {string.Join(", ", target.Select(v => $"\"{v.Key}\":  {v.Value}"))} }}"
                : $"{name}: # c\n{string.Concat(target.Select(v => $"  {v.Key}:  {v.Value} # {v.Key}\n"))}";
            _harness.Write(file, before + component + after);

            PromotionRecord record = await _harness.PromoteAsync("development", "staging", name);

            string text = _harness.Read(file);
            Assert.StartsWith(before, text, StringComparison.Ordinal);
            Assert.EndsWith(after, text, StringComparison.Ordinal);
            foreach ((string key, int value) in target.Where(t => !source.ContainsKey(t.Key)).Concat(source))
                Assert.Equal(value.ToString(System.Globalization.CultureInfo.InvariantCulture), await _harness.ValueAsync("staging", $"{name}:{key}"));
            await _harness.RollbackAsync(record.Id);
            Assert.Equal(before, _harness.Read(file)[..before.Length]);
            Assert.EndsWith(after, _harness.Read(file), StringComparison.Ordinal);
        }, iter: 100, threads: 1);
    }

    [Fact]
    public async Task Promote_ALargeNewObject_IsWrittenOverSeveralLinesInTheFilesOwnIndentation()
    {
        _harness.Write("development.json", """{ "limits": { "orders": { "first_long_name": 1, "second_long_name": 2, "third_long_name": 3, "fourth_long_name": 4 } } }""");
        _harness.Write("staging.json", "{\n    \"a\": 1\n}\n");
        await _harness.StartAsync();

        await _harness.PromoteAsync("development", "staging", "limits");

        Assert.Equal(
            "{\n    \"a\": 1,\n    \"limits\": {\n        \"orders\": {\n            \"first_long_name\": 1,\n            \"second_long_name\": 2,\n            \"third_long_name\": 3,\n            \"fourth_long_name\": 4\n        }\n    }\n}\n",
            _harness.Read("staging.json"));
    }

    [Fact]
    public async Task Promote_ThisMachinesOwnFile_IsNotPromoted()
    {
        _harness.Write("development.local.json", """{ "api_config": { "timeout": 777, "mine": true } }""");
        await _harness.StartAsync();

        await _harness.PromoteAsync("development", "staging", "api_config");

        Assert.Equal("10", await _harness.ValueAsync("staging", "api_config:timeout"));
        Assert.Null(await _harness.ValueAsync("staging", "api_config:mine"));
    }

    [Fact]
    public async Task Promote_WhatTheTargetHasFromTheSharedFile_IsNotWrittenTwice()
    {
        _harness.Write("base.json", """{ "api_config": { "shared": 1, "timeout": 10 } }""");
        _harness.Write("staging.json", """{ "api_config": { } }""");
        await _harness.StartAsync();

        await _harness.PromoteAsync("development", "staging", "api_config");

        Assert.Equal("""{ "api_config": {"base_url": "https://dev"} }""", _harness.Read("staging.json"));
    }

    [Fact]
    public async Task Promote_IntoTheEnvironmentOfThisProcess_IsSeenByReaders()
    {
        _harness.Write("staging.json", """{ "feature_flags": { "gift_cards": true } }""");
        await _harness.StartAsync();

        await _harness.PromoteAsync("staging", "production", "feature_flags");

        Assert.Equal("true", _harness.Configuration.Current.Root.FindKey("feature_flags:gift_cards")!.Text);
    }

    [Theory]
    [InlineData("feature_flag", "Did you mean 'feature_flags'?")]
    [InlineData("api_config:timeout", "is no component")]
    public async Task Plan_AComponentThatIsNotThere_SaysWhatIsMeant(string component, string expected)
    {
        await _harness.StartAsync();

        PromotionException error = await Assert.ThrowsAsync<PromotionException>(() => _harness.PlanAsync("development", "staging", component));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_AKeyThatCameThroughTwoStages_TellsBothAndWhereItWasWritten()
    {
        await _harness.StartAsync();
        await _harness.EditAsync("development", "api_config:timeout", "11");
        await _harness.EditAsync("development", "api_config:timeout", "12", "dora");
        await _harness.PromoteAsync("development", "staging", "api_config");
        await _harness.PromoteAsync("staging", "production", "api_config");

        PromotionExplanation explanation = await _harness.Engine.ExplainAsync("production", "api_config:timeout", Token);

        Assert.Equal("12", explanation.Value);
        Assert.Equal([("staging", "production"), ("development", "staging")], explanation.Steps.Select(s => (s.Plan.Source, s.Plan.Target)));
        Assert.Equal(("dora", "development"), (explanation.Origin?.Author, explanation.Origin?.EnvironmentName));
        Assert.Contains("written in development", explanation.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Services_WithoutAddPromotion_HaveNoneOfIt()
    {
        await using var host = new Varai.Tests.Configuration.ConfigurationHost();
        host.Write("production.json", "{}");
        await host.StartAsync();

        Assert.Null(host.Services.GetService(typeof(IPromotionEngine)));
        Assert.DoesNotContain(
            (IEnumerable<Microsoft.Extensions.Hosting.IHostedService>)host.Services.GetService(typeof(IEnumerable<Microsoft.Extensions.Hosting.IHostedService>))!,
            s => s is PromotionWorker);
    }

    public ValueTask DisposeAsync() => _harness.DisposeAsync();

    private async Task<List<ConfigurationVersion>> VersionsAsync(string environment)
    {
        var versions = new List<ConfigurationVersion>();
        await foreach (ConfigurationVersion version in _harness.Configuration.GetHistoryAsync(environment, Token))
            versions.Add(version);
        return versions;
    }

    private sealed class Told(List<PromotionEventKind> kinds) : IProgress<PromotionEvent>
    {
        public void Report(PromotionEvent value) => kinds.Add(value.Kind);
    }
}
