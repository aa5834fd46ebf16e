using System.Runtime.CompilerServices;
using Microsoft.Extensions.Primitives;
using Varai.FeatureFlags.Conditions;
using Varai.FeatureFlags.Exposures;

namespace Varai.FeatureFlags.Evaluation;

/// <summary>Answers from the present snapshot of the <see cref="FeatureFlagFeed"/>, or from one that was pinned.</summary>
internal sealed class FeatureFlagEvaluator : IFeatureFlagSnapshot
{
    private readonly FeatureFlagFeed _feed;
    private readonly FeatureFlagSnapshot? _pinned;
    private readonly IFlagContextAccessor _ambient;
    private readonly FlagExposures _exposures;
    private readonly FlagReports _reports;
    private readonly TimeProvider _time;

    public FeatureFlagEvaluator(
        FeatureFlagFeed feed, IFlagContextAccessor ambient, FlagExposures exposures, FlagReports reports, TimeProvider time)
    {
        _feed = feed;
        _ambient = ambient;
        _exposures = exposures;
        _reports = reports;
        _time = time;
    }

    private FeatureFlagEvaluator(FeatureFlagEvaluator live)
        : this(live._feed, live._ambient, live._exposures, live._reports, live._time) => _pinned = live.Snapshot;

    public IReadOnlyList<string> FeatureNames => Snapshot.Names;

    public long SnapshotVersion => Snapshot.Version;

    private FeatureFlagSnapshot Snapshot
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _pinned ?? _feed.Current;
    }

    public bool IsFeatureEnabled(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        FeatureFlagSnapshot snapshot = Snapshot;
        if (snapshot.Find(name) is not { } flag)
            return Unknown(name, snapshot);
        FastAnswer fast = flag.Fast;
        return fast != FastAnswer.Ask && !_exposures.IsListening ? fast == FastAnswer.On : Ask(snapshot, flag, context: null).IsEnabled;
    }

    public bool IsFeatureEnabled(string name, FlagContext context)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(context);
        FeatureFlagSnapshot snapshot = Snapshot;
        if (snapshot.Find(name) is not { } flag)
            return Unknown(name, snapshot);
        FastAnswer fast = flag.Fast;
        return fast != FastAnswer.Ask && !_exposures.IsListening ? fast == FastAnswer.On : Ask(snapshot, flag, context).IsEnabled;
    }

    public bool IsFeatureEnabled(Flag<bool> flag)
    {
        ArgumentNullException.ThrowIfNull(flag);
        FeatureFlagSnapshot snapshot = Snapshot;
        if (snapshot.Find(flag) is not { } found)
            return Undefined(flag, snapshot);
        FastAnswer fast = found.Fast;
        return fast != FastAnswer.Ask && !_exposures.IsListening ? fast == FastAnswer.On : Ask(snapshot, found, context: null).IsEnabled;
    }

    public bool IsFeatureEnabled(Flag<bool> flag, FlagContext context)
    {
        ArgumentNullException.ThrowIfNull(flag);
        ArgumentNullException.ThrowIfNull(context);
        FeatureFlagSnapshot snapshot = Snapshot;
        if (snapshot.Find(flag) is not { } found)
            return Undefined(flag, snapshot);
        FastAnswer fast = found.Fast;
        return fast != FastAnswer.Ask && !_exposures.IsListening ? fast == FastAnswer.On : Ask(snapshot, found, context).IsEnabled;
    }

    public FeatureParameters GetFeatureParameters(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        FeatureFlagSnapshot snapshot = Snapshot;
        if (snapshot.Find(name) is { } flag)
            return flag.Parameters;

        Unknown(name, snapshot);
        return FeatureParameters.Empty;
    }

    public FlagEvaluation Evaluate(string name, FlagContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        FeatureFlagSnapshot snapshot = Snapshot;
        if (snapshot.Find(name) is { } flag)
            return Describe(flag, Ask(snapshot, flag, context), snapshot);

        return new FlagEvaluation(name, Unknown(name, snapshot), Variant: null, FlagReason.Unknown, MatchedRule: null, snapshot.Version);
    }

    public FlagEvaluation Evaluate(Flag flag, FlagContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(flag);
        FeatureFlagSnapshot snapshot = Snapshot;
        if (snapshot.Find(flag) is { } found)
            return Describe(found, Ask(snapshot, found, context), snapshot);

        Unknown(flag.Name, snapshot);
        return new FlagEvaluation(
            flag.Name, flag is Flag<bool> { DefaultValue: true }, Variant: null, FlagReason.Unknown, MatchedRule: null, snapshot.Version);
    }

    public IReadOnlyList<FlagEvaluation> EvaluateAll(FlagContext? context = null)
    {
        FeatureFlagSnapshot snapshot = Snapshot;
        FlagContext? whom = context ?? _ambient.Current;
        var evaluations = new FlagEvaluation[snapshot.Flags.Length];
        for (int i = 0; i < evaluations.Length; i++)
        {
            var query = new FlagQuery(whom, _time, trace: null);
            evaluations[i] = Describe(snapshot.Flags[i], snapshot.Flags[i].Evaluate(ref query), snapshot);
        }

        return evaluations;
    }

    public FlagExplanation Explain(string name, FlagContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        FeatureFlagSnapshot snapshot = Snapshot;
        if (snapshot.Find(name) is not { } flag)
        {
            string hint = Spelling.Nearest(name, snapshot.Names) is { } nearest ? $"; did you mean '{nearest}'?" : "";
            return new FlagExplanation(
                new FlagEvaluation(name, IsEnabled: false, Variant: null, FlagReason.Unknown, MatchedRule: null, snapshot.Version),
                [new FlagExplanationStep("flag", Outcome: null, $"there is no flag '{name}'{hint}", Depth: 0)]);
        }

        var trace = new FlagTrace();
        FlagContext? whom = context ?? _ambient.Current;
        trace.Add("context", outcome: null, whom is null ? "none" : whom.ToString());
        if (flag.Definition.Origin is { File.Length: > 0 } origin)
            trace.Add("defined", outcome: null, $"at {origin}");
        var query = new FlagQuery(whom, _time, trace);
        FlagEvaluation evaluation = Describe(flag, flag.Evaluate(ref query), snapshot);
        return new FlagExplanation(evaluation, trace.Steps);
    }

    public IFeatureFlagSnapshot Pin() => new FeatureFlagEvaluator(this);

    public IChangeToken GetChangeToken() => _pinned is null ? _feed.GetChangeToken() : new CancellationChangeToken(CancellationToken.None);

    // The long way: with a context, time, and whoever wants to know.
    private FlagOutcome Ask(FeatureFlagSnapshot snapshot, CompiledFlag flag, FlagContext? context)
    {
        if (!flag.WasAsked)
            flag.WasAsked = true;
        bool isConstant = flag.IsConstant;
        bool isListening = _exposures.IsListening;
        // A flag that is on for everybody may still give each another variant.
        bool isIndifferent = isConstant && flag.Allocation is null;
        FlagContext? whom = context ?? (isIndifferent && !isListening ? null : _ambient.Current);
        var query = new FlagQuery(whom, _time, trace: null);
        FlagOutcome outcome = flag.Evaluate(ref query);
        if (isListening)
            _exposures.Record(snapshot, flag, in outcome, whom);
        else if (isConstant)
            flag.Fast = outcome.IsEnabled ? FastAnswer.On : FastAnswer.Off;
        return outcome;
    }

    private static FlagEvaluation Describe(CompiledFlag flag, FlagOutcome outcome, FeatureFlagSnapshot snapshot) =>
        new(flag.Name, outcome.IsEnabled, outcome.Variant, outcome.Reason, outcome.Rule, snapshot.Version);

    private bool Unknown(string name, FeatureFlagSnapshot snapshot)
    {
        _reports.Unknown(name, snapshot.Names);
        return false;
    }

    private bool Undefined(Flag<bool> flag, FeatureFlagSnapshot snapshot)
    {
        _reports.Unknown(flag.Name, snapshot.Names);
        return flag.DefaultValue;
    }
}
