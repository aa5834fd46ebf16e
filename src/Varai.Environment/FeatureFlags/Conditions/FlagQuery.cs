namespace Varai.FeatureFlags.Conditions;

/// <summary>One evaluation under way.</summary>
internal ref struct FlagQuery(FlagContext? context, TimeProvider time, FlagTrace? trace)
{
    private DateTimeOffset _now;

    /// <summary>Whom it is for; null when there is no context.</summary>
    public FlagContext? Context { get; } = context;

    public TimeProvider Time { get; } = time;

    /// <summary>Collects what each rule says; null unless somebody wants an explanation.</summary>
    public FlagTrace? Trace { get; } = trace;

    /// <summary>Why the condition that was met last was met.</summary>
    public FlagReason Reason { get; private set; } = FlagReason.Default;

    /// <summary>The rule that was met last.</summary>
    public string? Rule { get; private set; }

    /// <summary>Whether a filter of the service's own threw on the way.</summary>
    public bool Failed { get; set; }

    /// <summary>Why the flag is what it is, once all is decided.</summary>
    public readonly FlagReason Outcome => Failed ? FlagReason.Error : Reason;

    /// <summary>The time, the same throughout one evaluation.</summary>
    public DateTimeOffset UtcNow
    {
        get
        {
            if (_now == default)
                _now = Time.GetUtcNow();
            return _now;
        }
    }

    /// <summary>Notes what decided.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="rule">The rule, made when it was compiled.</param>
    public void Decide(FlagReason reason, string? rule)
    {
        Reason = reason;
        Rule = rule;
    }
}
