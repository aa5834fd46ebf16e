namespace Varai.Promotion.Store;

/// <summary>What was last promoted of a component between two environments.</summary>
internal sealed record BaseDocument(string Blob, string RecordId);
