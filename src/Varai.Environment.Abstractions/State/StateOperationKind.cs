namespace Varai.State;

/// <summary>What an operation of a transaction does.</summary>
public enum StateOperationKind
{
    /// <summary>Creates or replaces a document.</summary>
    Put,

    /// <summary>Removes a document.</summary>
    Delete,

    /// <summary>Adds an entry at the end of a stream.</summary>
    Append,

    /// <summary>Only checks a document's version.</summary>
    Expect,
}
