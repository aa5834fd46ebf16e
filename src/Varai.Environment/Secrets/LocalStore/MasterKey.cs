using System.Security.Cryptography;
using System.Text;

namespace Varai.Secrets.LocalStore;

/// <summary>A key that encrypts data keys.</summary>
internal sealed class MasterKey : IDisposable
{
    private const int IdBytes = 8;

    private readonly byte[] _key;

    private MasterKey(ReadOnlySpan<byte> key, string source)
    {
        _key = KeyBytes.Copy(key);
        Source = source;
        Id = Convert.ToHexStringLower(HMACSHA256.HashData(_key, "varai local secret store 1: key id"u8).AsSpan(0, IdBytes));
    }

    /// <summary>Tells keys apart and says nothing about their bytes.</summary>
    public string Id { get; }

    /// <summary>Where it comes from, for messages.</summary>
    public string Source { get; }

    /// <summary>Reads a key as base64.</summary>
    /// <exception cref="LocalStoreException">It is none.</exception>
    public static MasterKey Parse(ReadOnlySpan<byte> base64, string source)
    {
        try
        {
            using SecretValue bytes = SecretValue.FromBase64(base64);
            if (bytes.RevealBytes().Length == KeyBytes.Length)
                return new MasterKey(bytes.RevealBytes().Span, source);
        }
        catch (FormatException)
        {
            // Told below, and without the text.
        }

        throw new LocalStoreException(
            $"{source} does not hold a key: {KeyBytes.Length} bytes in base64 are expected. 'openssl rand -base64 {KeyBytes.Length}' makes one.");
    }

    public WrappedDataKey Wrap(DataKey key, string store)
    {
        byte[] wrapping = Derive(store);
        try
        {
            (byte[] nonce, byte[] message) = Sealed.Seal(wrapping, key.Bytes.Span, Context(store));
            return new WrappedDataKey(WrappedDataKey.ByKey, Id, [.. nonce, .. message]);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(wrapping);
        }
    }

    /// <summary>The data key, or null when this is not what was wrapped.</summary>
    public DataKey? Unwrap(ReadOnlySpan<byte> wrapped, string store)
    {
        if (wrapped.Length != Sealed.NonceLength + KeyBytes.Length + Sealed.TagLength)
            return null;
        byte[] wrapping = Derive(store);
        try
        {
            using SecretValue? key = Sealed.Open(wrapping, wrapped[..Sealed.NonceLength], wrapped[Sealed.NonceLength..], Context(store));
            return key is null ? null : DataKey.From(key.RevealBytes().Span, store);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(wrapping);
        }
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_key);

    private byte[] Derive(string store) => KeyBytes.Derive(_key, Encoding.ASCII.GetBytes(store), "varai local secret store 1: data key"u8);

    private byte[] Context(string store) => Encoding.UTF8.GetBytes($"{LocalStoreFormat.Version}\0{store}\0{Id}");
}
