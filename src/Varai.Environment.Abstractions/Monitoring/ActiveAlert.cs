namespace Varai.Monitoring;

/// <summary>An alert of a rule that is pending or firing.</summary>
/// <param name="State">Which of both.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Annotations">Its texts, made when the condition held last.</param>
/// <param name="ActiveAt">Since when the condition holds.</param>
/// <param name="FiredAt">Since when it fires; <see langword="null"/> while it is pending.</param>
/// <param name="KeepFiringSince">Since when it only fires because of <see cref="AlertRule.KeepFiringFor"/>; <see langword="null"/> when the condition
/// holds.</param>
/// <param name="Value">The value when the condition held last; <see langword="null"/> when that was without one.</param>
public sealed record ActiveAlert(
    AlertState State,
    IReadOnlyDictionary<string, string> Labels,
    IReadOnlyDictionary<string, string> Annotations,
    DateTimeOffset ActiveAt,
    DateTimeOffset? FiredAt,
    DateTimeOffset? KeepFiringSince,
    double? Value);
