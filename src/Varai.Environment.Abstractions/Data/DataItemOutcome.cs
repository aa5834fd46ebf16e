namespace Varai.Data;

/// <summary>What became of an item.</summary>
public enum DataItemOutcome
{
    /// <summary>It was read from the source and written.</summary>
    Copied,

    /// <summary>The target had it already.</summary>
    Unchanged,

    /// <summary>An earlier attempt had written it.</summary>
    Resumed,
}
