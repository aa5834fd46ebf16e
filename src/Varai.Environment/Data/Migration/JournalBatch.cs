namespace Varai.Data.Migration;

/// <summary>Items that were done one after the other.</summary>
internal sealed record JournalBatch(IReadOnlyList<JournalItem> Items);
