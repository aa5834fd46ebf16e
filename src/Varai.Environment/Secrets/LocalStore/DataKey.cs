using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Varai.Secrets.LocalStore;

/// <summary>The random key of one store. What encrypts values and what authenticates the file are derived from it.</summary>
internal sealed class DataKey : IDisposable
{
    private readonly byte[] _key;
    private readonly byte[] _encryption;
    private readonly byte[] _authentication;
    private readonly string _store;

    private DataKey(byte[] key, string store)
    {
        _key = key;
        _store = store;
        byte[] salt = Encoding.ASCII.GetBytes(store);
        _encryption = KeyBytes.Derive(key, salt, "varai local secret store 1: values"u8);
        _authentication = KeyBytes.Derive(key, salt, "varai local secret store 1: file"u8);
    }

    public ReadOnlyMemory<byte> Bytes => _key;

    public static DataKey Create(string store)
    {
        byte[] key = KeyBytes.Allocate();
        RandomNumberGenerator.Fill(key);
        return new DataKey(key, store);
    }

    public static DataKey From(ReadOnlySpan<byte> key, string store) => new(KeyBytes.Copy(key), store);

    public LocalStoreEntry Encrypt(string name, long version, DateTimeOffset created, ReadOnlySpan<byte> value)
    {
        (byte[] nonce, byte[] message) = Sealed.Seal(_encryption, value, Context(name, version));
        return new LocalStoreEntry(name, version, created, nonce, message);
    }

    /// <summary>The value, or null when the entry is not what was written under its name and version.</summary>
    public SecretValue? Decrypt(LocalStoreEntry entry) => Sealed.Open(_encryption, entry.Nonce, entry.Value, Context(entry.Name, entry.Version));

    public byte[] Authenticate(ReadOnlySpan<byte> file) => HMACSHA256.HashData(_authentication, file);

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_key);
        CryptographicOperations.ZeroMemory(_encryption);
        CryptographicOperations.ZeroMemory(_authentication);
    }

    // A name has no control characters, so no two contexts are alike.
    private byte[] Context(string name, long version) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{LocalStoreFormat.Version}\0{_store}\0{name}\0{version}"));
}
