namespace Varai.Promotion.Store;

/// <summary>The record of a target that is not over.</summary>
internal sealed record ActiveDocument(string RecordId);
