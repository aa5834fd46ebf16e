namespace Varai.Promotion;

/// <summary>Asks for a promotion.</summary>
public sealed record PromotionRequest
{
    /// <summary>Asks for a promotion.</summary>
    /// <param name="source">The environment to take from.</param>
    /// <param name="target">The environment to bring to.</param>
    /// <param name="author">Who asks.</param>
    /// <param name="reason">Why.</param>
    public PromotionRequest(string source, string target, string author, string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        ArgumentException.ThrowIfNullOrWhiteSpace(target);
        ArgumentException.ThrowIfNullOrWhiteSpace(author);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        Source = source.ToLowerInvariant();
        Target = target.ToLowerInvariant();
        if (Source == Target)
            throw new ArgumentException($"An environment can't be promoted to itself: '{Source}'.", nameof(target));
        Author = author;
        Reason = reason;
    }

    /// <summary>The environment to take from; lower case.</summary>
    public string Source { get; }

    /// <summary>The environment to bring to; lower case.</summary>
    public string Target { get; }

    /// <summary>Who asks.</summary>
    public string Author { get; }

    /// <summary>Why.</summary>
    public string Reason { get; }

    /// <summary>The components, such as <c>feature_flags</c>.</summary>
    /// <value>Default: empty, all that the source has or that were promoted before.</value>
    public IReadOnlyList<string> Components { get; init; } = [];

    /// <summary>What is to become of keys that both sides have changed: the decision for each key.</summary>
    /// <value>Default: none; each conflict stops the promotion.</value>
    public IReadOnlyList<PromotionResolution> Resolutions { get; init; } = [];

    /// <summary>Gates that are to be passed although they are closed.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<PromotionOverride> Overrides { get; init; } = [];
}
