namespace Varai.Configuration.Schema;

/// <summary>One failed check, before it is known whether it will be reported.</summary>
/// <param name="Keyword">The keyword that failed.</param>
/// <param name="Node">The node it failed on.</param>
/// <param name="Message">What is wrong; never holds the value.</param>
internal sealed record SchemaFailure(string Keyword, ConfigurationNode Node, string Message)
{
    /// <summary>The configuration key.</summary>
    public string Key { get; init; } = "";

    /// <summary>How many keys and indexes lie between the checked document and the node.</summary>
    public int Depth { get; init; }

    /// <summary>The member whose name is at fault, where it is a name.</summary>
    public ConfigurationMember? Member { get; init; }

    public string? Expected { get; init; }

    /// <summary>What was found; replaced by the kind alone when the value may not be shown.</summary>
    public string? Found { get; init; }

    public string? DidYouMean { get; init; }

    /// <summary>Whether <see cref="Found"/> and <see cref="DidYouMean"/> tell something of the node's value.</summary>
    public bool ShowsValue { get; init; }

    /// <summary>For <c>type</c>: the types that would do.</summary>
    public SchemaTypes Types { get; init; }

    /// <summary>For <c>const</c> and <c>enum</c>: the values that would do.</summary>
    public IReadOnlyList<ConfigurationNode>? Allowed { get; init; }

    /// <summary>The error as it is reported.</summary>
    public ConfigurationError ToError(string check, bool hidden)
    {
        bool hide = hidden && ShowsValue;
        return new ConfigurationError(Message, Member?.NameOrigin ?? Node.Origin, Key)
        {
            Check = check,
            Expected = Expected,
            Found = hide ? SchemaWords.KindOf(Node) : Found,
            DidYouMean = hide ? null : DidYouMean,
        };
    }
}
