namespace Varai.Configuration.Schema;

/// <summary>The outcome of one alternative.</summary>
/// <param name="IsValid">Whether the node passed.</param>
/// <param name="IsUncertain">Whether it passed only because a secret's text is unknown.</param>
/// <param name="Failures">Why it didn't pass, when failures are collected.</param>
/// <param name="Evaluated">What it looked at, when that is tracked; to be given back to the run.</param>
internal readonly record struct SchemaAttempt(
    bool IsValid, bool IsUncertain, List<SchemaFailure>? Failures, EvaluatedChildren? Evaluated);
