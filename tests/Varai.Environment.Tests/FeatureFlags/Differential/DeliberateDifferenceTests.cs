using System.Globalization;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;
using Varai.Configuration;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Definitions;
using Varai.FeatureFlags.Evaluation;
using Varai.Tests.FeatureFlags.Evaluation;

namespace Varai.Tests.FeatureFlags.Differential;

/// <summary>Both sides of every difference in docs/decisions/0014-where-flags-differ-from-microsoft.md, under the same numbers.</summary>
public sealed class DeliberateDifferenceTests : IDisposable
{
    private const string Nobody = """{ "name": "Microsoft.Targeting", "parameters": { "Audience": { "DefaultRolloutPercentage": 0 } } }""";

    private readonly FlagHarness _harness = new();
    private readonly FakeTimeProvider _time = new(RandomFlags.Center);

    public void Dispose() => _harness.Dispose();

    [Fact]
    public async Task N1_Without_a_context_a_filter_that_needs_one_is_not_met()
    {
        string json = Document($$"""{ "id": "a", "enabled": true, "conditions": { "requirement_type": "All", "client_filters": [{{Nobody}}] } }""");
        using var microsoft = new MicrosoftEngine(json, _time);

        Assert.True(await microsoft.IsEnabledAsync("a"));
        Assert.False(await microsoft.IsEnabledAmbientAsync("a", context: null));
        Assert.False(_harness.OverJson(json).IsFeatureEnabled("a"));
    }

    [Fact]
    public async Task N2_A_rule_that_names_a_missing_variant_falls_back_to_the_default()
    {
        string json = Document("""
            { "id": "a", "enabled": true, "variants": [{ "name": "Big" }],
              "allocation": { "default_when_enabled": "Big", "user": [{ "variant": "big", "users": ["ann"] }] } }
            """);
        using var microsoft = new MicrosoftEngine(json, _time);

        Assert.Null(await microsoft.GetVariantAsync("a", new TargetingContext { UserId = "ann" }));
        Assert.Equal("Big", _harness.OverJson(json).Evaluate("a", new FlagContext("ann")).Variant?.Name);
    }

    [Fact]
    public async Task N3_Case_is_folded_ordinally_and_only_where_a_rule_says_so()
    {
        string json = Document("""{ "id": "a", "enabled": true, "conditions": { "client_filters": [{ "name": "Targeting", "parameters": { "Audience": { "Users": ["Alice"] } } }] } }""");
        using var microsoft = new MicrosoftEngine(json, _time, ignoresCase: true);
        FeatureFlagEvaluator ours = _harness.OverJson(json);

        Assert.True(await microsoft.IsEnabledAsync("a", new TargetingContext { UserId = "ALICE" }));
        Assert.False(ours.IsFeatureEnabled("a", new FlagContext("ALICE")));

        // The dotless i is another letter, whatever the culture; theirs lowers by the culture of the moment.
        ours = _harness.OverFlags("""
            { "a": { "enabled": true, "conditions": { "client_filters": [{ "name": "Match", "parameters":
              { "attribute": "targetingKey", "operator": "equals", "value": "ilker", "ignore_case": true } }] } } }
            """);
        Assert.True(ours.IsFeatureEnabled("a", new FlagContext("ILKER")));
        Assert.False(ours.IsFeatureEnabled("a", new FlagContext("\u0131lker")));
    }

    [Fact]
    public async Task N4_Numbers_are_read_without_a_culture()
    {
        string json = Document("""
            { "id": "a", "enabled": true, "variants": [{ "name": "Big" }], "allocation": { "percentile": [{ "variant": "Big", "from": 0, "to": "100.0" }] } }
            """);
        using var microsoft = new MicrosoftEngine(json, _time);
        FeatureFlagEvaluator ours = WithComma(() => _harness.OverJson(json));

        await Assert.ThrowsAsync<ArgumentException>(() => WithComma(() => microsoft.GetVariantAsync("a", new TargetingContext { UserId = "ann" }).AsTask()));
        Assert.Equal("Big", WithComma(() => ours.Evaluate("a", new FlagContext("ann"))).Variant?.Name);
    }

    [Fact]
    public async Task N5_Sources_are_laid_over_each_other_by_id()
    {
        const string Base = """{ "feature_management": { "feature_flags": [{ "id": "a", "enabled": true }, { "id": "b", "enabled": false }] } }""";
        const string Production = """{ "feature_management": { "feature_flags": [{ "id": "b", "enabled": true }] } }""";
        using var first = new MemoryStream(Encoding.UTF8.GetBytes(Base));
        using var second = new MemoryStream(Encoding.UTF8.GetBytes(Production));
        IConfigurationRoot host = new ConfigurationBuilder().AddJsonStream(first).AddJsonStream(second).Build();
        using var definitions = new ConfigurationFeatureDefinitionProvider(host);
        var microsoft = new FeatureManager(definitions);
        FeatureFlagEvaluator ours = _harness.Over(new FixedStore(new HostFlagSections(host, _ => false).Read().Below!));

        Assert.False(await microsoft.IsEnabledAsync("a", TestContext.Current.CancellationToken));
        Assert.False(await microsoft.IsEnabledAsync("b", TestContext.Current.CancellationToken));
        Assert.True(ours.IsFeatureEnabled("a"));
        Assert.True(ours.IsFeatureEnabled("b"));
    }

    [Theory]
    // Behind a condition that settles it, and in a flag that is off.
    [InlineData("""{ "id": "a", "enabled": true, "conditions": { "client_filters": [{ "name": "On" }, { "name": "Contoso.Unknown" }] } }""", true, "There is no such feature filter.")]
    [InlineData("""{ "id": "a", "enabled": false, "conditions": { "requirement_type": "Both", "client_filters": [] } }""", false, "A requirement type is not known.")]
    // In rules that nobody here reaches.
    [InlineData("""{ "id": "a", "enabled": true, "variants": [{ "name": "x" }], "allocation": { "user": [{ "variant": "x", "users": ["ann"] }], "percentile": [{ "variant": "x", "from": 0, "to": 101 }] } }""", true, "The end of a percentile must be a percentage.")]
    [InlineData("""{ "id": "a", "enabled": true, "variants": [{ "name": "x" }], "allocation": { "user": [{ "variant": "x", "users": ["ann"] }], "percentile": [{ "variant": "x", "from": 60, "to": 50 }] } }""", true, "A percentile ends before it begins.")]
    [InlineData("""{ "id": "a", "enabled": true, "variants": [{ "name": "x" }], "allocation": { "user": [{ "variant": "x", "users": ["ann"] }], "group": [{ "variant": "x" }] } }""", true, "A group rule of an allocation needs groups.")]
    [InlineData("""{ "id": "a", "enabled": true, "variants": [{ "name": "x" }], "allocation": { "seed": "" } }""", true, "The seed of an allocation is empty; leave it out for the flag's own.")]
    public async Task N6_Everything_is_checked_when_it_is_loaded(string flag, bool theirs, string message)
    {
        using var microsoft = new MicrosoftEngine(Document(flag), _time);

        Assert.Equal(theirs, await microsoft.IsEnabledAsync("a", new TargetingContext { UserId = "ann" }));
        Assert.Equal(message, Assert.Single(_harness.Validate(Document(flag))).Message);
    }

    [Fact]
    public async Task N7_One_malformed_flag_keeps_the_whole_set_from_being_used()
    {
        string json = Document("""{ "id": "a", "enabled": true }, { "id": "b", "enabled": "perhaps" }""");
        using var microsoft = new MicrosoftEngine(json, _time);

        Assert.True(await microsoft.IsEnabledAsync("a", new TargetingContext()));
        await Assert.ThrowsAsync<FeatureManagementException>(async () => await microsoft.IsEnabledAsync("b", new TargetingContext()));
        FeatureFlagEvaluator ours = _harness.OverJson(json);
        Assert.Equal(FlagReason.Unknown, ours.Evaluate("a").Reason);
        Assert.Equal("feature_management:feature_flags:b:enabled", Assert.Single(Assert.IsType<ConfigurationException>(_harness.Feed!.Failure).Errors).Key);
    }

    [Theory]
    [InlineData("\"enabled\": true, \"conditions\": \"never\"", true, "The conditions of a feature flag must be an object.")]
    [InlineData("\"enabled\": true, \"conditions\": { \"client_filters\": { \"name\": \"On\" } }", false, "The filters of a feature flag must be an array.")]
    [InlineData("\"enabled\": true, \"conditions\": { \"client_filters\": [\"On\"] }", false, "An item of client_filters must be an object.")]
    [InlineData("\"enabled\": {}", false, "Whether a feature flag is on must be a boolean.")]
    [InlineData("\"enabled\": true, \"telemetry\": true", true, "The telemetry of a feature flag must be an object.")]
    [InlineData("\"enabled\": true, \"variants\": {}", true, "The variants of a feature flag must be an array.")]
    [InlineData("\"enabled\": true, \"conditions\": { \"requirement_type\": 1 }", true, "A requirement type is not known.")]
    [InlineData("\"enabled\": true, \"conditions\": { \"requirement_type\": \"7\" }", false, "A requirement type is not known.")]
    public async Task N8_What_has_the_wrong_type_is_an_error_and_not_absent(string members, bool theirs, string message)
    {
        string json = Document($"{{ \"id\": \"a\", {members} }}");
        using var microsoft = new MicrosoftEngine(json, _time);

        Assert.Equal(theirs, await microsoft.IsEnabledAsync("a", new TargetingContext()));
        Assert.Equal(message, Assert.Single(_harness.Validate(json)).Message);
    }

    [Theory]
    [InlineData("""{ "enabled": true }""", "A feature flag of Microsoft's schema needs an id.")]
    [InlineData("5", "A feature flag of Microsoft's schema needs an id.")]
    [InlineData("""{ "id": " ", "enabled": true }""", "The id of a feature flag is empty.")]
    [InlineData("""{ "id": "a:b", "enabled": true }""", "The id of a feature flag holds ':', which separates configuration keys.")]
    [InlineData("""{ "id": "a\nb", "enabled": true }""", "The id of a feature flag holds a control character.")]
    public async Task N9_Every_flag_needs_a_name_to_ask_for_it_by(string flag, string message)
    {
        string json = Document($"{flag}, {{ \"id\": \"b\", \"enabled\": true }}");
        using var microsoft = new MicrosoftEngine(json, _time);

        Assert.True(await microsoft.IsEnabledAsync("b", new TargetingContext()));
        Assert.Equal(message, Assert.Single(_harness.Validate(json)).Message);
    }

    [Fact]
    public async Task N9_A_name_with_a_colon_is_asked_for_in_vain()
    {
        string json = Document("""{ "id": "b", "enabled": true }""");
        using var microsoft = new MicrosoftEngine(json, _time);

        await Assert.ThrowsAsync<ArgumentException>(async () => await microsoft.IsEnabledAsync("a:b", new TargetingContext()));
        Assert.Equal(FlagReason.Unknown, _harness.OverJson(json).Evaluate("a:b").Reason);
    }

    [Theory]
    // A day without an offset is another moment on every machine.
    [InlineData("Microsoft.TimeWindow", """{ "Start": "2026-05-01T00:00:00" }""", true, "Start has no offset from UTC, so it would be another moment on every machine: write the offset, or give TimeZone.")]
    [InlineData("Microsoft.TimeWindow", """{ "Start": "2026-05-04T00:00:00Z", "End": "2026-05-04T01:00:00Z", "Recurrence": { "Pattern": { "Type": "Weekly", "Interval": 2, "DaysOfWeek": ["Monday", "Monday"] }, "Range": { "Type": "NoEnd" } } }""", true, "Monday is listed twice.")]
    [InlineData("Microsoft.Targeting", """{ "Audience": { "DefaultRolloutPercentage": "NaN" } }""", false, "DefaultRolloutPercentage is no number.")]
    [InlineData("Microsoft.Targeting", """{ "Audience": { "Users": [true], "DefaultRolloutPercentage": 100 } }""", true, "An item of Users is no string.")]
    public async Task N10_Parameters_that_nobody_can_mean_are_errors(string filter, string parameters, bool theirs, string message)
    {
        string json = Document($$"""{ "id": "a", "enabled": true, "conditions": { "client_filters": [{ "name": "{{filter}}", "parameters": {{parameters}} }] } }""");
        using var microsoft = new MicrosoftEngine(json, _time);

        Assert.Equal(theirs, await microsoft.IsEnabledAsync("a", new TargetingContext { UserId = "ann" }));
        Assert.Equal(message, Assert.Single(_harness.Validate(json)).Message);
    }

    [Fact]
    public async Task N10_A_percentage_of_calls_below_0_is_an_error()
    {
        string json = Document("""{ "id": "a", "enabled": true, "conditions": { "client_filters": [{ "name": "Microsoft.Percentage", "parameters": { "Value": -1 } }] } }""");
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(json));
        using var definitions = new ConfigurationFeatureDefinitionProvider(new ConfigurationBuilder().AddJsonStream(stream).Build());
        var microsoft = new FeatureManager(definitions) { FeatureFilters = [new PercentageFilter()] };

        Assert.False(await microsoft.IsEnabledAsync("a", TestContext.Current.CancellationToken));
        Assert.Equal("Value is out of range.", Assert.Single(_harness.Validate(json)).Message);
    }

    [Fact]
    public async Task N11_A_reference_to_a_secret_is_refused_in_a_variant()
    {
        string json = Document("""
            { "id": "a", "enabled": true, "variants": [{ "name": "x", "configuration_value": "${secret:key}" }], "allocation": { "default_when_enabled": "x" } }
            """);
        using var microsoft = new MicrosoftEngine(json, _time);

        Assert.Equal("${secret:key}", (await microsoft.GetVariantAsync("a", new TargetingContext()))!.Configuration.Value);
        Assert.Equal("The value of a variant can't refer to a secret; read the secret where it is needed.", Assert.Single(_harness.Validate(json)).Message);
    }

    [Fact]
    public async Task N12_A_filter_that_throws_is_not_met()
    {
        string json = Document("""{ "id": "a", "enabled": true, "conditions": { "client_filters": [{ "name": "Contoso.Broken" }] } }""");
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(json));
        using var definitions = new ConfigurationFeatureDefinitionProvider(new ConfigurationBuilder().AddJsonStream(stream).Build());
        var microsoft = new FeatureManager(definitions) { FeatureFilters = [new BrokenFilter()] };
        using FlagHarness harness = new FlagHarness().With(new NamedFilter("Contoso.Broken", _ => throw new InvalidOperationException("broken")));

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await microsoft.IsEnabledAsync("a", TestContext.Current.CancellationToken));
        FlagEvaluation ours = harness.OverJson(json).Evaluate("a");
        Assert.Equal((false, FlagReason.Error), (ours.IsEnabled, ours.Reason));
    }

    private static string Document(string flags) => $"{{ \"feature_management\": {{ \"feature_flags\": [{flags}] }} }}";

    private static T WithComma<T>(Func<T> action)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NumberGroupSeparator = "." } };
        try
        {
            return action();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [FilterAlias("Contoso.Broken")]
    private sealed class BrokenFilter : Microsoft.FeatureManagement.IFeatureFilter
    {
        public Task<bool> EvaluateAsync(FeatureFilterEvaluationContext context) => throw new InvalidOperationException("broken");
    }
}
