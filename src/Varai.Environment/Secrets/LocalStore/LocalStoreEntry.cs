namespace Varai.Secrets.LocalStore;

/// <summary>One version of one secret, encrypted: a line of the store's file.</summary>
/// <param name="Name">The secret's name.</param>
/// <param name="Version">Counted for the whole store, so that no number is used twice for a name that is deleted and set again.</param>
/// <param name="Created">When it was written.</param>
/// <param name="Nonce">Random, 12 bytes.</param>
/// <param name="Value">The encrypted value and the tag behind it.</param>
internal sealed record LocalStoreEntry(string Name, long Version, DateTimeOffset Created, byte[] Nonce, byte[] Value);
