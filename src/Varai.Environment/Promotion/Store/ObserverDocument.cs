namespace Varai.Promotion.Store;

/// <summary>How far an observer has been told.</summary>
internal sealed record ObserverDocument(long Number);
