namespace Varai.Secrets;

/// <summary>What was done to a secret.</summary>
public enum SecretOperation
{
    /// <summary>It was read.</summary>
    Read,

    /// <summary>It was written.</summary>
    Write,

    /// <summary>It was deleted.</summary>
    Delete,

    /// <summary>Names were listed.</summary>
    List,
}
