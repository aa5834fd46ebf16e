using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Varai.FeatureFlags;

namespace Varai.Tests.FeatureFlags.Declarations;

public sealed class FlagDeclarationTests : IDisposable
{
    private const string Flags = """
        {
          "new_engine": true,
          "legacy": true,
          "color": { "enabled": true, "variants": [{ "name": "a", "configuration_value": { "x": 1 } }, { "name": "b", "configuration_value": "red" }] },
          "size": { "enabled": true, "variants": [{ "name": "a", "configuration_value": "big" }] },
          "plain": true
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("varai-declared-").FullName;
    private readonly FakeLogCollector _logs = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Start_DeclaredAndDefinedFlags_TellsWhereTheyDiffer()
    {
        using IHost host = Build(builder => builder.AddFlags(typeof(ShopFlags)).AddFlags(Flag.Boolean("size"), Flag.String("new_engine", "")));
        await host.StartAsync(Cancellation);

        FlagDeclarationReport report = host.Services.GetRequiredService<IFlagDeclarations>().Check();

        Assert.Equal(
            """
            not defined: 'legacyy' (did you mean 'legacy'?)
            not defined: 'only_production' (defined in production)
            mismatched: 'color' is declared as String, but the variant 'a' of its definition can't be read as that
            mismatched: 'new_engine' is declared as String, but its definition has no variants, so that it always has its default
            mismatched: 'size' is declared as Int64, but the variant 'a' of its definition can't be read as that
            mismatched: 'size' is declared as Boolean, but the variants of its definition ('a') have values, which are not read then
            not declared: 'legacy'
            not declared: 'plain'
            """,
            report.ToString());
        Assert.Equal(
            [
                (1353, LogLevel.Information, "The code declares feature flags that this environment does not define: 'only_production' (defined in production). They have their defaults here."),
                (1354, LogLevel.Information, "Feature flags are defined that no code declares: 'legacy', 'plain'."),
                (1355, LogLevel.Warning, $"Definitions of feature flags do not fit their declarations: {string.Join("; ", report.Mismatched)}."),
                (1352, LogLevel.Warning, "The code declares feature flags that no environment defines: 'legacyy' (did you mean 'legacy'?). They have their defaults."),
            ],
            _logs.GetSnapshot().Where(r => r.Id.Id is >= 1350 and < 1380).Select(r => (r.Id.Id, r.Level, r.Message)));
    }

    [Fact]
    public async Task Start_UndefinedFlagsFail_StopsTheHost()
    {
        using IHost host = Build(builder => builder
            .AddFlags(typeof(ShopFlags)).ConfigureFeatureFlags(o => o.UndefinedFlags = UndefinedFlagAction.Fail));
        VaraiException error = await Assert.ThrowsAsync<VaraiException>(() => host.StartAsync(Cancellation));
        Assert.Equal(
            "The code declares feature flags that no environment defines: 'legacyy' (did you mean 'legacy'?). Define them, mend their names, or set Varai:FeatureFlags:UndefinedFlags to Warn.",
            error.Message);
    }

    [Fact]
    public async Task Start_UndefinedFlagsIgnored_SaysNothingOfThem()
    {
        using IHost host = Build(builder => builder
            .AddFlags(Flag.Boolean("nowhere")).ConfigureFeatureFlags(o => o.UndefinedFlags = UndefinedFlagAction.Ignore));
        await host.StartAsync(Cancellation);
        Assert.DoesNotContain(_logs.GetSnapshot(), r => r.Id.Id == 1352);
        Assert.Single(host.Services.GetRequiredService<IFlagDeclarations>().Check().Undefined);
    }

    [Fact]
    public async Task Start_EverythingFits_IsQuiet()
    {
        Write("staging", """{ "a": true, "b": { "enabled": true, "variants": [{ "name": "x", "configuration_value": "red" }] } }""");
        using IHost host = Build(builder => builder.AddFlags(Flag.Boolean("a"), Flag.String("B", "blue")), write: false);
        await host.StartAsync(Cancellation);
        FlagDeclarationReport report = host.Services.GetRequiredService<IFlagDeclarations>().Check();
        Assert.True(report.IsClean, report.ToString());
        Assert.DoesNotContain(_logs.GetSnapshot(), r => r.Id.Id is >= 1350 and < 1380);
    }

    [Fact]
    public void AddFlags_ClassWithoutFlags_IsRefused()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new VaraiBuilder(new ServiceCollection()).AddFlags(typeof(FlagDeclarationTests)));
        Assert.StartsWith("Varai.Tests.FeatureFlags.Declarations.FlagDeclarationTests declares no feature flag;", error.Message, StringComparison.Ordinal);
    }

    private IHost Build(Action<VaraiBuilder> configure, bool write = true)
    {
        if (write)
        {
            Write("staging", Flags);
            Write("production", """{ "only_production": true }""");
        }

        HostApplicationBuilder host = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings
        {
            ContentRootPath = _folder,
            EnvironmentName = "Staging",
        });
        host.Logging.AddProvider(new FakeLoggerProvider(_logs));
        configure(host.AddVarai().UseInMemoryState());
        return host.Build();
    }

    private void Write(string environment, string flags)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder, "config", "environments")).FullName;
        File.WriteAllText(Path.Combine(folder, $"{environment}.json"), $$"""{ "feature_flags": {{flags}} }""");
    }

    private static class ShopFlags
    {
        public static readonly Flag<bool> NewEngine = Flag.Boolean("new_engine");
        public static readonly Flag<bool> Misspelt = Flag.Boolean("legacyy");
        public static readonly Flag<bool> Elsewhere = Flag.Boolean("only_production");
        public static readonly Uri NoFlag = new("about:blank");
        internal static readonly Flag<string> Color = Flag.String("color", "blue");
        private static readonly Flag<long> Size = Flag.Integer("size", 1);

        public static long DefaultSize => Size.DefaultValue;
    }
}
