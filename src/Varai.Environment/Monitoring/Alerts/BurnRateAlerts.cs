namespace Varai.Monitoring.Alerts;

/// <summary>Says that an objective has its rules.</summary>
internal sealed record BurnRateAlerts(string Objective);
