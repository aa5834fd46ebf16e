namespace Varai.Monitoring;

/// <summary>How an <see cref="AlertTerm"/> compares a value with its threshold. A value that is not a number fulfils none but
/// <see cref="NotEqual"/>, as in Prometheus.</summary>
public enum AlertComparison
{
    /// <summary><c>&gt;</c></summary>
    Above,

    /// <summary><c>&gt;=</c></summary>
    AtLeast,

    /// <summary><c>&lt;</c></summary>
    Below,

    /// <summary><c>&lt;=</c></summary>
    AtMost,

    /// <summary><c>==</c></summary>
    Equal,

    /// <summary><c>!=</c></summary>
    NotEqual,
}
