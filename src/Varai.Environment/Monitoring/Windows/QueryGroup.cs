namespace Varai.Monitoring.Windows;

/// <summary>Series whose values a query puts together.</summary>
/// <param name="Key">Tells the group from others of the query, and orders them.</param>
/// <param name="Labels">The labels that tell it from others.</param>
/// <param name="Series">Its series.</param>
internal sealed record QueryGroup(string Key, IReadOnlyDictionary<string, string> Labels, Series[] Series);
