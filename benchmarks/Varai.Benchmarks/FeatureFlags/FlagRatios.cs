using System.Collections.Frozen;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;
using Varai.Benchmarks.Ratios;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Engine;

namespace Varai.Benchmarks.FeatureFlags;

/// <summary>Feature flags against a bare lookup, and against Microsoft.FeatureManagement.</summary>
internal static class FlagRatios
{
    private const int Others = 100;
    private const int PerTask = 1_000_000;

    private static readonly Flag<bool> Plain = Flag.Boolean("plain", defaultValue: false);

    public static async Task RunAsync(RatioRunner runner)
    {
        var compiler = new FlagCompiler(new FlagEnvironment(TimeProvider.System));
        byte[] document = Encoding.UTF8.GetBytes(SampleFlags.Microsoft(Others));
        using var store = new OneSetStore(document, Encoding.UTF8.GetBytes(SampleFlags.Ours));
        using var feed = new FeatureFlagFeed(store, TimeProvider.System, NullLogger<FeatureFlagFeed>.Instance, compiler);
        IFeatureFlags flags = new FeatureFlagEvaluator(feed, NullLogger<FeatureFlagEvaluator>.Instance);
        using ServiceProvider theirs = BuildMicrosoft(new ConfigurationBuilder().AddJsonStream(new MemoryStream(document)).Build());
        var manager = theirs.GetRequiredService<IVariantFeatureManager>();

        await LookupAsync(runner, flags);
        await MicrosoftAsync(runner, flags, manager);
        await TwoThreadsAsync(runner, flags);
        await ReloadAsync(runner, compiler);
        await LoadAsync(runner, compiler);
    }

    /// <summary>A boolean flag against one lookup in a frozen dictionary of as many names.</summary>
    private static async Task LookupAsync(RatioRunner runner, IFeatureFlags flags)
    {
        FrozenDictionary<string, bool> peer = flags.FeatureNames.ToFrozenDictionary(name => name, _ => true, StringComparer.Ordinal);
        await runner.CompareAsync(Claim("flags.boolean", 2.5), Boolean, Lookup);
        await runner.CompareAsync(Claim("flags.handle", 0.5), Handle, Lookup);
        await runner.CompareAsync(Claim("flags.reason", 3), Reason, Lookup);

        void Lookup(int n)
        {
            long sum = 0;
            for (int i = 0; i < n; i++)
                sum += peer["plain"] ? 1 : 0;
            RatioRunner.Consume(sum);
        }

        void Boolean(int n)
        {
            long sum = 0;
            for (int i = 0; i < n; i++)
                sum += flags.IsFeatureEnabled("plain") ? 1 : 0;
            RatioRunner.Consume(sum);
        }

        void Handle(int n)
        {
            long sum = 0;
            for (int i = 0; i < n; i++)
                sum += flags.IsFeatureEnabled(Plain) ? 1 : 0;
            RatioRunner.Consume(sum);
        }

        void Reason(int n)
        {
            long sum = 0;
            for (int i = 0; i < n; i++)
                sum += (int)flags.Evaluate("plain").Reason;
            RatioRunner.Consume(sum);
        }
    }

    private static async Task MicrosoftAsync(RatioRunner runner, IFeatureFlags flags, IVariantFeatureManager manager)
    {
        var context = new FlagContext("user-4711@example.com");
        var theirContext = new TargetingContext { UserId = context.User, Groups = [] };
        Check(flags.IsFeatureEnabled("rollout", context) == Wait(manager.IsEnabledAsync("rollout", theirContext)));
        Check(flags.Evaluate("variant", context).Variant?.Name == Wait(manager.GetVariantAsync("variant", theirContext))?.Name);

        await runner.CompareAsync(
            Claim("flags.boolean-vs-ms", 0.2), n => Ours(n, flags, "plain", null), n => Theirs(n, manager, "plain", null));
        await runner.CompareAsync(
            Claim("flags.rollout-vs-ms", 0.28), n => Ours(n, flags, "rollout", context), n => Theirs(n, manager, "rollout", theirContext));
        await runner.CompareAsync(
            Claim("flags.rollout-native-vs-ms", 0.07), n => Ours(n, flags, "native_rollout", context), n => Theirs(n, manager, "rollout", theirContext));
        await runner.CompareAsync(
            Claim("flags.variant-vs-ms", 0.05),
            n =>
            {
                long sum = 0;
                for (int i = 0; i < n; i++)
                    sum += flags.Evaluate("variant", context).Variant!.Name.Length;
                RatioRunner.Consume(sum);
            },
            n =>
            {
                long sum = 0;
                for (int i = 0; i < n; i++)
                    sum += Wait(manager.GetVariantAsync("variant", theirContext)).Name.Length;
                RatioRunner.Consume(sum);
            });
    }

    /// <summary>The time that two threads take for twice the work of one: 1 when neither hinders the other, and 1.11 at 1.8 times the
    /// throughput.</summary>
    private static Task TwoThreadsAsync(RatioRunner runner, IFeatureFlags flags) => runner.CompareAsync(
        new RatioClaim("flags.2-threads", atMost: 1.11, TimeUnit.Milliseconds),
        async n =>
        {
            for (int i = 0; i < n; i++)
                await Task.WhenAll(Task.Run(() => Work(flags)), Task.Run(() => Work(flags)));
        },
        async n =>
        {
            for (int i = 0; i < n; i++)
                await Task.Run(() => Work(flags));
        });

    /// <summary>1,000 flags after a change, until each has been asked once: ours from the bytes of the document on, theirs from
    /// configuration that is parsed already.</summary>
    private static async Task ReloadAsync(RatioRunner runner, FlagCompiler compiler)
    {
        const int Flags = 1000;
        byte[] document = Encoding.UTF8.GetBytes(SampleFlags.Microsoft(Flags));
        var source = new ReloadableConfiguration(new ConfigurationBuilder().AddJsonStream(new MemoryStream(document)).Build());
        using ServiceProvider theirs = BuildMicrosoft(new ConfigurationBuilder().Add(source).Build());
        var manager = theirs.GetRequiredService<IVariantFeatureManager>();
        string[] names = [.. Enumerable.Range(0, Flags).Select(i => $"other_{i}")];
        await runner.CompareAsync(
            new RatioClaim("flags.reload-1000-vs-ms", atMost: 0.02, TimeUnit.Milliseconds),
            n =>
            {
                int on = 0;
                for (int i = 0; i < n; i++)
                {
                    FeatureFlagSnapshot snapshot = SampleFlags.Load(document, compiler);
                    foreach (string name in names)
                        on += snapshot.Find(name)!.Evaluate(context: null).IsEnabled ? 1 : 0;
                }

                Check(on == n * Flags / 2);
            },
            n =>
            {
                int on = 0;
                for (int i = 0; i < n; i++)
                {
                    source.Change();
                    foreach (string name in names)
                        on += Wait(manager.IsEnabledAsync(name)) ? 1 : 0;
                }

                Check(on == n * Flags / 2);
            });
    }

    /// <summary>10,000 flags of a kilobyte, from bytes to a snapshot.</summary>
    private static Task LoadAsync(RatioRunner runner, FlagCompiler compiler)
    {
        const int Flags = 10_000;
        byte[] document = Encoding.UTF8.GetBytes(SampleFlags.Large(Flags));
        Check(document.Length > Flags * 1000);
        return runner.MeasureAsync(
            new RatioClaim("flags.load-10k", atMost: 60, TimeUnit.Milliseconds),
            n =>
            {
                for (int i = 0; i < n; i++)
                    Check(SampleFlags.Load(document, compiler).Flags.Count == Flags);
            });
    }

    private static void Work(IFeatureFlags flags)
    {
        long sum = 0;
        for (int i = 0; i < PerTask; i++)
            sum += flags.IsFeatureEnabled("plain") ? 1 : 0;
        RatioRunner.Consume(sum);
    }

    private static RatioClaim Claim(string name, double atMost) => new(name, atMost, TimeUnit.Nanoseconds) { AtMostBytes = 0 };

    private static ServiceProvider BuildMicrosoft(IConfiguration configuration) =>
        new ServiceCollection().AddSingleton(configuration).AddFeatureManagement().Services.BuildServiceProvider();

    private static void Ours(int n, IFeatureFlags flags, string name, FlagContext? context)
    {
        long sum = 0;
        for (int i = 0; i < n; i++)
            sum += flags.IsFeatureEnabled(name, context) ? 1 : 0;
        RatioRunner.Consume(sum);
    }

    private static void Theirs(int n, IVariantFeatureManager manager, string name, TargetingContext? context)
    {
        long sum = 0;
        for (int i = 0; i < n; i++)
            sum += Wait(context is null ? manager.IsEnabledAsync(name) : manager.IsEnabledAsync(name, context)) ? 1 : 0;
        RatioRunner.Consume(sum);
    }

    // They complete synchronously; awaiting would add a state machine of ours to their side.
    private static T Wait<T>(ValueTask<T> task)
    {
        Check(task.IsCompleted);
        return task.GetAwaiter().GetResult();
    }

    private static void Check(bool works)
    {
        if (!works)
            throw new InvalidOperationException("What is measured does not work.");
    }
}
