using System.Collections.Frozen;
using System.Text;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;
using Varai.Benchmarks.Ratios;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Evaluation;

namespace Varai.Benchmarks.FeatureFlags;

/// <summary>Evaluations of flags: 107 of them, and every evaluation asks the next one.</summary>
internal static class FlagRatios
{
    private const int Count = 107;

    private static readonly string[] Names = [.. Enumerable.Range(0, Count).Select(FlagDocuments.Name)];
    private static readonly string[] Users = [.. Enumerable.Range(0, 64).Select(i => $"user-{i:D4}@example")];
    private static readonly Flag<bool>[] Handles = [.. Names.Select(name => Flag.Boolean(name))];

    public static async Task RunAsync(RatioRunner runner)
    {
        await RunBooleanAsync(runner);
        await RunRolloutAsync(runner);
        await RunVariantAsync(runner);
        await RunExposureAsync(runner);
        await RunLoadAsync(runner);
    }

    private static async Task RunBooleanAsync(RatioRunner runner)
    {
        string document = FlagDocuments.Document(Count, FlagDocuments.Plain);
        using var ours = new OurFlags(document);
        using var microsoft = new MicrosoftFlags(document);
        IFeatureFlags flags = ours.Flags;
        Action<int> lookup = LookUp();
        await runner.CompareAsync(Claim("flags.boolean", 2.5), n => AskByName(flags, n), lookup);
        await runner.CompareAsync(Claim("flags.handle", 0.5), n => AskByHandle(flags, n), lookup);
        await runner.CompareAsync(Claim("flags.reason", 3), n => AskWithReason(flags, n), lookup);
        await runner.CompareAsync(Claim("flags.boolean-vs-ms", 0.2), n => AskByName(flags, n), n => AskMicrosoft(microsoft.Manager, n));
        await TwoThreads.RunAsync(runner, "flags.2-threads", n => AskByName(flags, n));
    }

    private static async Task RunRolloutAsync(RatioRunner runner)
    {
        string document = FlagDocuments.Document(Count, FlagDocuments.Targeting);
        using var ours = new OurFlags(document);
        using var native = new OurFlags($$"""{ "feature_flags": { {{string.Join(',', Names.Select(name =>
            $$"""
            "{{name}}": { "enabled": true, "conditions": { "client_filters": [ { "name": "Rollout", "parameters": { "percentage": 50 } } ] } }
            """))}} } }""");
        using var microsoft = new MicrosoftFlags(document);
        await runner.CompareAsync(Claim("flags.rollout-vs-ms", 0.28), AskFor(ours.Flags), AskMicrosoftFor(microsoft.Manager));
        await runner.CompareAsync(Claim("flags.rollout-native-vs-ms", 0.07), AskFor(native.Flags), AskMicrosoftFor(microsoft.Manager));
    }

    private static async Task RunVariantAsync(RatioRunner runner)
    {
        string document = FlagDocuments.Document(Count, FlagDocuments.Allocated);
        using var ours = new OurFlags(document);
        using var microsoft = new MicrosoftFlags(document);
        FlagContext[] contexts = [.. Users.Select(user => new FlagContext(user))];
        TargetingContext[] theirs = [.. Users.Select(MicrosoftFlags.Context)];
        await runner.CompareAsync(
            Claim("flags.variant-vs-ms", 0.05),
            n =>
            {
                long sum = 0;
                for (int i = 0; i < n; i++)
                    sum += ours.Flags.GetVariant(Names[i % Count], 0, contexts[i % contexts.Length]);
                RatioRunner.Consume(sum);
            },
            n =>
            {
                long sum = 0;
                for (int i = 0; i < n; i++)
                {
                    Variant variant = Now(microsoft.Manager.GetVariantAsync(Names[i % Count], theirs[i % theirs.Length], CancellationToken.None));
                    sum += variant.Name.Length;
                }

                RatioRunner.Consume(sum);
            });
    }

    private static async Task RunExposureAsync(RatioRunner runner)
    {
        using var quiet = new OurFlags(Telemetry(enabled: false));
        using var telling = new OurFlags(Telemetry(enabled: true));
        await runner.DifferAsync(Claim("flags.exposure-idle", 10), n => AskByName(telling.Flags, n), n => AskByName(quiet.Flags, n));

        static string Telemetry(bool enabled) => $$"""{ "feature_flags": { {{string.Join(',', Names.Select(name =>
            $$"""
            "{{name}}": { "enabled": true, "telemetry": { "enabled": {{(enabled ? "true" : "false")}} } }
            """))}} } }""";
    }

    private static async Task RunLoadAsync(RatioRunner runner)
    {
        const int Thousand = 1000;
        string[] names = [.. Enumerable.Range(0, Thousand).Select(FlagDocuments.Name)];
        string document = FlagDocuments.Document(Thousand, FlagDocuments.Mixed);
        using var ours = new OurFlags(document);
        using var microsoft = new MicrosoftFlags(document);
        TargetingContext theirs = MicrosoftFlags.Context(Users[0]);
        var context = new FlagContext(Users[0]);
        await runner.CompareAsync(
            new RatioClaim("flags.reload-1000-vs-ms", 0.02, TimeUnit.Milliseconds) { Batches = 10 },
            n =>
            {
                for (int i = 0; i < n; i++)
                {
                    ours.Reload(document);
                    foreach (string name in names)
                        ours.Flags.IsFeatureEnabled(name, context);
                }
            },
            n =>
            {
                for (int i = 0; i < n; i++)
                {
                    microsoft.Reload();
                    foreach (string name in names)
                        Now(microsoft.Manager.IsEnabledAsync(name, theirs, CancellationToken.None));
                }
            });

        byte[] large = Encoding.UTF8.GetBytes(FlagDocuments.Kibibytes(10_000));
        runner.Fact("flags.load-10k.size", large.Length / 10_000.0, "B a flag");
        FeatureFlagSnapshot? kept = null;
        await runner.MeasureAsync(new RatioClaim("flags.load-10k", 60, TimeUnit.Milliseconds) { Batches = 40 }, n =>
        {
            for (int i = 0; i < n; i++)
                kept = OurFlags.Load(large);
        });
        GC.KeepAlive(kept);
    }

    private static RatioClaim Claim(string name, double atMost) => new(name, atMost, TimeUnit.Nanoseconds) { AtMostBytes = 0 };

    private static Action<int> LookUp()
    {
        FrozenDictionary<string, bool> table = Names.Index().ToFrozenDictionary(n => n.Item, n => n.Index % 2 == 0, StringComparer.Ordinal);
        return n =>
        {
            long on = 0;
            int next = 0;
            for (int i = 0; i < n; i++)
            {
                on += table.TryGetValue(Names[next], out bool enabled) && enabled ? 1 : 0;
                if (++next == Count)
                    next = 0;
            }

            RatioRunner.Consume(on);
        };
    }

    private static void AskByName(IFeatureFlags flags, int n)
    {
        long on = 0;
        int next = 0;
        for (int i = 0; i < n; i++)
        {
            on += flags.IsFeatureEnabled(Names[next]) ? 1 : 0;
            if (++next == Count)
                next = 0;
        }

        RatioRunner.Consume(on);
    }

    private static void AskByHandle(IFeatureFlags flags, int n)
    {
        long on = 0;
        int next = 0;
        for (int i = 0; i < n; i++)
        {
            on += flags.IsFeatureEnabled(Handles[next]) ? 1 : 0;
            if (++next == Count)
                next = 0;
        }

        RatioRunner.Consume(on);
    }

    private static void AskWithReason(IFeatureFlags flags, int n)
    {
        long sum = 0;
        int next = 0;
        for (int i = 0; i < n; i++)
        {
            FlagEvaluation evaluation = flags.Evaluate(Names[next]);
            sum += evaluation.IsEnabled ? (int)evaluation.Reason + 1 : 0;
            if (++next == Count)
                next = 0;
        }

        RatioRunner.Consume(sum);
    }

    private static void AskMicrosoft(IVariantFeatureManager manager, int n)
    {
        long on = 0;
        int next = 0;
        for (int i = 0; i < n; i++)
        {
            on += Now(manager.IsEnabledAsync(Names[next], CancellationToken.None)) ? 1 : 0;
            if (++next == Count)
                next = 0;
        }

        RatioRunner.Consume(on);
    }

    private static Action<int> AskFor(IFeatureFlags flags)
    {
        FlagContext[] contexts = [.. Users.Select(user => new FlagContext(user))];
        return n =>
        {
            long on = 0;
            for (int i = 0; i < n; i++)
                on += flags.IsFeatureEnabled(Names[i % Count], contexts[i % contexts.Length]) ? 1 : 0;
            RatioRunner.Consume(on);
        };
    }

    private static Action<int> AskMicrosoftFor(IVariantFeatureManager manager)
    {
        TargetingContext[] contexts = [.. Users.Select(MicrosoftFlags.Context)];
        return n =>
        {
            long on = 0;
            for (int i = 0; i < n; i++)
                on += Now(manager.IsEnabledAsync(Names[i % Count], contexts[i % contexts.Length], CancellationToken.None)) ? 1 : 0;
            RatioRunner.Consume(on);
        };
    }

    // Theirs complete synchronously here; a task in between would be measured with them.
    private static T Now<T>(ValueTask<T> task) => task.IsCompleted ? task.Result : throw new InvalidOperationException("The peer had to be waited for.");
}
