namespace Varai.Secrets.LocalStore;

/// <summary>The first line of the store's file.</summary>
internal sealed record LocalStoreHeader(int Format, string Store, long Revision, WrappedDataKey Key);
