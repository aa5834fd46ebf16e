namespace Varai.Secrets;

/// <summary>What happened to a secret.</summary>
public enum SecretChangeKind
{
    /// <summary>It was written through this store.</summary>
    Written,

    /// <summary>A provider gave another value than before: somebody else has changed it.</summary>
    Rotated,

    /// <summary>It is there now and was missing before.</summary>
    Appeared,

    /// <summary>It was deleted through this store, or no provider holds it any more.</summary>
    Deleted,
}
