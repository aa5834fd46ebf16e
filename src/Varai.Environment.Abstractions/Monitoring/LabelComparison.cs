namespace Varai.Monitoring;

/// <summary>How a <see cref="LabelMatcher"/> compares; the four of Prometheus. A label that is not there counts as empty.</summary>
public enum LabelComparison
{
    /// <summary><c>=</c>: is exactly the value.</summary>
    Equal,

    /// <summary><c>!=</c>: is not the value.</summary>
    NotEqual,

    /// <summary><c>=~</c>: the regular expression matches all of it.</summary>
    Matches,

    /// <summary><c>!~</c>: the regular expression does not match all of it.</summary>
    DoesNotMatch,
}
