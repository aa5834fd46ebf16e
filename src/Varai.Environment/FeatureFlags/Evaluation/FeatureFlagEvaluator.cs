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
        return IsEnabled(snapshot, flag, context: null);
    }

    public bool IsFeatureEnabled(string name, FlagContext context)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(context);
        FeatureFlagSnapshot snapshot = Snapshot;
        if (snapshot.Find(name) is not { } flag)
            return Unknown(name, snapshot);
        return IsEnabled(snapshot, flag, context);
    }

    public bool IsFeatureEnabled(Flag<bool> flag)
    {
        ArgumentNullException.ThrowIfNull(flag);
        FeatureFlagSnapshot snapshot = Snapshot;
        if (snapshot.Find(flag) is not { } found)
            return Undefined(flag, snapshot);
        return IsEnabled(snapshot, found, context: null);
    }

    public bool IsFeatureEnabled(Flag<bool> flag, FlagContext context)
    {
        ArgumentNullException.ThrowIfNull(flag);
        ArgumentNullException.ThrowIfNull(context);
        FeatureFlagSnapshot snapshot = Snapshot;
        if (snapshot.Find(flag) is not { } found)
            return Undefined(flag, snapshot);
        return IsEnabled(snapshot, found, context);
    }

    public FeatureParameters GetFeatureParameters(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        FeatureFlagSnapshot snapshot = Snapshot;
        if (snapshot.Find(name) is { } flag)
        {
            // A flag that only gives parameters is in use, too.
            if (!flag.WasAsked)
                flag.WasAsked = true;
            return flag.Parameters;
        }

        Unknown(name, snapshot);
        return FeatureParameters.Empty;
    }

    public FlagEvaluation Evaluate(string name, FlagContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        FeatureFlagSnapshot snapshot = Snapshot;
        if (snapshot.Find(name) is { } flag)
            return Evaluate(snapshot, flag, context);

        return new FlagEvaluation(name, Unknown(name, snapshot), Variant: null, FlagReason.Unknown, MatchedRule: null, snapshot.Version);
    }

    public FlagEvaluation Evaluate(Flag flag, FlagContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(flag);
        FeatureFlagSnapshot snapshot = Snapshot;
        if (snapshot.Find(flag) is { } found)
            return Evaluate(snapshot, found, context);

        _reports.Undeclared(flag.Name, snapshot.Names);
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsEnabled(FeatureFlagSnapshot snapshot, CompiledFlag flag, FlagContext? context)
    {
        FastAnswer fast = flag.Fast;
        return fast is FastAnswer.Off or FastAnswer.On && !_exposures.IsCounting
            ? fast == FastAnswer.On
            : AskIfNeeded(snapshot, flag, context, fast);
    }

    private FlagEvaluation Evaluate(FeatureFlagSnapshot snapshot, CompiledFlag flag, FlagContext? context) =>
        flag.Known is { } known && flag.Fast is FastAnswer.Off or FastAnswer.On && !_exposures.IsCounting
            ? known.Evaluation
            : AskFully(snapshot, flag, context);

    private FlagEvaluation AskFully(FeatureFlagSnapshot snapshot, CompiledFlag flag, FlagContext? context)
    {
        FlagEvaluation evaluation = Describe(flag, Ask(snapshot, flag, context), snapshot);
        if (flag.Known is null && flag.IsConstant && flag.Allocation is null)
            flag.Known = new KnownEvaluation(evaluation);
        return evaluation;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool AskIfNeeded(FeatureFlagSnapshot snapshot, CompiledFlag flag, FlagContext? context, FastAnswer fast) =>
        fast is FastAnswer.OffUnlessTold or FastAnswer.OnUnlessTold && !_exposures.IsCounting && !_exposures.IsTelling
            ? fast == FastAnswer.OnUnlessTold
            : Ask(snapshot, flag, context).IsEnabled;

    // The long way: with a context, time, and whoever wants to know.
    private FlagOutcome Ask(FeatureFlagSnapshot snapshot, CompiledFlag flag, FlagContext? context)
    {
        if (!flag.WasAsked)
            flag.WasAsked = true;
        bool isConstant = flag.IsConstant;
        bool isToldOf = _exposures.Tells(flag);
        bool isTold = isToldOf && _exposures.IsTelling;
        // A flag that is on for everybody may still give each another variant.
        bool isIndifferent = isConstant && flag.Allocation is null;
        FlagContext? whom = context ?? (isIndifferent && !isTold ? null : _ambient.Current);
        var query = new FlagQuery(whom, _time, trace: null);
        FlagOutcome outcome = flag.Evaluate(ref query);
        if (isConstant && flag.Fast == FastAnswer.Ask)
            flag.Fast = FastAnswerOf(outcome.IsEnabled, isToldOf);
        if (_exposures.IsCounting || isTold)
            Tell(snapshot, flag, in outcome, whom, isTold);
        return outcome;
    }

    // Listeners to metrics run here; one that throws must not keep the caller from the answer.
    private void Tell(FeatureFlagSnapshot snapshot, CompiledFlag flag, in FlagOutcome outcome, FlagContext? context, bool isTold)
    {
        try
        {
            if (_exposures.IsCounting)
                _exposures.Count(flag, in outcome);
            if (isTold)
                _exposures.Tell(snapshot, flag, in outcome, context);
        }
        catch (Exception e)
        {
            _reports.ListenerFailed(e);
        }
    }

    private static FastAnswer FastAnswerOf(bool isEnabled, bool isToldOf) =>
        isToldOf
            ? isEnabled ? FastAnswer.OnUnlessTold : FastAnswer.OffUnlessTold
            : isEnabled ? FastAnswer.On : FastAnswer.Off;

    private static FlagEvaluation Describe(CompiledFlag flag, FlagOutcome outcome, FeatureFlagSnapshot snapshot) =>
        new(flag.Name, outcome.IsEnabled, outcome.Variant, outcome.Reason, outcome.Rule, snapshot.Version);

    private bool Unknown(string name, FeatureFlagSnapshot snapshot)
    {
        _reports.Unknown(name, snapshot.Names);
        return false;
    }

    private bool Undefined(Flag<bool> flag, FeatureFlagSnapshot snapshot)
    {
        _reports.Undeclared(flag.Name, snapshot.Names);
        return flag.DefaultValue;
    }
}
