using System.Security.Cryptography;

namespace Varai.Secrets.LocalStore;

/// <summary>A key in memory that is not moved, so that overwriting it leaves no copy.</summary>
internal static class KeyBytes
{
    public const int Length = 32;

    public static byte[] Allocate() => GC.AllocateArray<byte>(Length, pinned: true);

    public static byte[] Copy(ReadOnlySpan<byte> key)
    {
        byte[] copy = Allocate();
        key.CopyTo(copy);
        return copy;
    }

    public static byte[] Derive(ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> purpose)
    {
        byte[] derived = Allocate();
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, derived, salt, purpose);
        return derived;
    }
}
