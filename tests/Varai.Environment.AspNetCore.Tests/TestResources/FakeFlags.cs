using System.Collections.Concurrent;
using Microsoft.Extensions.Primitives;
using Varai.Configuration;

namespace Varai.AspNetCore.Tests.TestResources;

/// <summary>Flags that are what a test says.</summary>
internal sealed class FakeFlags : IFeatureFlags
{
    private readonly ConcurrentQueue<FlagContext> _contexts = new();
    private readonly ConcurrentQueue<string> _evaluated = new();
    private State _state = new([], 1, new CancellationTokenSource());

    public IReadOnlyList<string> FeatureNames => _state.Names;

    public long SnapshotVersion => _state.Version;

    /// <summary>The contexts that flags were evaluated for, in order.</summary>
    public IReadOnlyList<FlagContext> Contexts => [.. _contexts];

    /// <summary>The names that were evaluated, in order.</summary>
    public IReadOnlyList<string> Evaluated => [.. _evaluated];

    /// <summary>Defines a flag that is on or off for everybody.</summary>
    public void Set(string name, bool enabled) =>
        Set(name, _ => new FlagEvaluation(name, enabled, Variant: null, enabled ? FlagReason.Static : FlagReason.Disabled, MatchedRule: null, 0));

    /// <summary>Defines a flag with one variant for everybody.</summary>
    public void SetVariant(string name, string variant, string? json) => Set(name, _ => new FlagEvaluation(
        name, IsEnabled: true, new FlagVariant(variant, json is null ? null : ConfigurationJson.Parse(json, "test")), FlagReason.Split, MatchedRule: "rule 1", 0));

    /// <summary>Defines a flag, and tells of the change.</summary>
    public void Set(string name, Func<FlagContext, FlagEvaluation> evaluate) => Replace([.. _state.Flags.Where(f => f.Name != name), (name, evaluate)]);

    /// <summary>A new snapshot with the same flags.</summary>
    public void Reload() => Replace([.. _state.Flags]);

    public FlagEvaluation Evaluate(string name, FlagContext? context = null) => Evaluate(_state, name, context);

    public IReadOnlyList<FlagEvaluation> EvaluateAll(FlagContext? context = null) => EvaluateAll(_state, context);

    public IFeatureFlagSnapshot Pin() => new Pinned(this, _state);

    public IChangeToken GetChangeToken() => new CancellationChangeToken(_state.Changed.Token);

    public bool IsFeatureEnabled(string name) => throw new NotSupportedException();

    public bool IsFeatureEnabled(string name, FlagContext context) => throw new NotSupportedException();

    public bool IsFeatureEnabled(Flag<bool> flag) => throw new NotSupportedException();

    public bool IsFeatureEnabled(Flag<bool> flag, FlagContext context) => throw new NotSupportedException();

    public FeatureParameters GetFeatureParameters(string name) => throw new NotSupportedException();

    public FlagEvaluation Evaluate(Flag flag, FlagContext? context = null) => throw new NotSupportedException();

    public FlagExplanation Explain(string name, FlagContext? context = null) => throw new NotSupportedException();

    private void Replace((string Name, Func<FlagContext, FlagEvaluation> Evaluate)[] flags)
    {
        State before = _state;
        _state = new State(flags, before.Version + 1, new CancellationTokenSource());
        before.Changed.Cancel();
    }

    private FlagEvaluation Evaluate(State state, string name, FlagContext? context)
    {
        ArgumentNullException.ThrowIfNull(context);
        _contexts.Enqueue(context);
        _evaluated.Enqueue(name);
        (string Name, Func<FlagContext, FlagEvaluation> Evaluate) flag = state.Flags.Single(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return flag.Evaluate(context) with { SnapshotVersion = state.Version };
    }

    private FlagEvaluation[] EvaluateAll(State state, FlagContext? context) => [.. state.Flags.Select(f => Evaluate(state, f.Name, context))];

    private sealed record State((string Name, Func<FlagContext, FlagEvaluation> Evaluate)[] Flags, long Version, CancellationTokenSource Changed)
    {
        public string[] Names { get; } = [.. Flags.Select(f => f.Name)];
    }

    private sealed class Pinned(FakeFlags flags, State state) : IFeatureFlagSnapshot
    {
        public IReadOnlyList<string> FeatureNames => state.Names;

        public long SnapshotVersion => state.Version;

        public FlagEvaluation Evaluate(string name, FlagContext? context = null) => flags.Evaluate(state, name, context);

        public IReadOnlyList<FlagEvaluation> EvaluateAll(FlagContext? context = null) => flags.EvaluateAll(state, context);

        public IFeatureFlagSnapshot Pin() => this;

        public IChangeToken GetChangeToken() => throw new NotSupportedException();

        public bool IsFeatureEnabled(string name) => throw new NotSupportedException();

        public bool IsFeatureEnabled(string name, FlagContext context) => throw new NotSupportedException();

        public bool IsFeatureEnabled(Flag<bool> flag) => throw new NotSupportedException();

        public bool IsFeatureEnabled(Flag<bool> flag, FlagContext context) => throw new NotSupportedException();

        public FeatureParameters GetFeatureParameters(string name) => throw new NotSupportedException();

        public FlagEvaluation Evaluate(Flag flag, FlagContext? context = null) => throw new NotSupportedException();

        public FlagExplanation Explain(string name, FlagContext? context = null) => throw new NotSupportedException();
    }
}
