namespace Varai.Configuration.History;

/// <summary>The newest version of an environment, as it lies in the state store.</summary>
internal sealed record HistoryHead(long Number, string Hash, string ContentHash);
