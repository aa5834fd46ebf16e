namespace Varai.Secrets.LocalStore;

/// <summary>The store's data key, encrypted.</summary>
/// <param name="By">What keeps the master key: <see cref="ByKey"/> or <see cref="ByProvider"/>.</param>
/// <param name="Id">Which master key; it says nothing about its bytes.</param>
/// <param name="Wrapped">The encrypted data key.</param>
internal sealed record WrappedDataKey(string By, string Id, byte[] Wrapped)
{
    public const string ByKey = "key";
    public const string ByProvider = "provider";

    public bool IsSame(WrappedDataKey? other) => other is not null && By == other.By && Id == other.Id && Wrapped.AsSpan().SequenceEqual(other.Wrapped);
}
