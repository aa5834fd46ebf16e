namespace Varai.FeatureFlags;

/// <summary>One flag of one <see cref="FlagSnapshot"/>, ready to be asked.</summary>
/// <remarks>Immutable; safe from any thread. Members take no lock and never wait.</remarks>
public abstract class ResolvedFlag
{
    /// <summary>Creates a flag.</summary>
    /// <param name="definition">Its definition.</param>
    protected ResolvedFlag(FeatureFlagDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        Definition = definition;
    }

    /// <summary>What is defined for the flag.</summary>
    public FeatureFlagDefinition Definition { get; }

    /// <summary>The decision when it depends on nobody and nothing; <see langword="null"/> when it has to be evaluated.</summary>
    public FlagDecision? Constant { get; protected set; }

    /// <summary>The parameters, whether the flag is on or off.</summary>
    public abstract FeatureParameters Parameters { get; }

    /// <summary>Decides. Allocates nothing.</summary>
    /// <param name="context">For whom; <see langword="null"/> for the ambient context.</param>
    public abstract FlagDecision Evaluate(FlagContext? context);

    /// <summary>Tells how <see cref="Evaluate"/> decides.</summary>
    /// <param name="context">For whom; <see langword="null"/> for the ambient context.</param>
    public abstract FlagExplanation Explain(FlagContext? context);
}
