namespace Varai.State;

/// <summary>What happened.</summary>
public enum StateChangeKind
{
    /// <summary>A document was created or replaced.</summary>
    Put,

    /// <summary>A document was removed.</summary>
    Delete,

    /// <summary>An entry was appended to a stream.</summary>
    Append,

    /// <summary>The store can't say what happened since the revision asked for: read everything anew.</summary>
    Reset,
}
