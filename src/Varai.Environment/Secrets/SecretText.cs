using System.Security.Cryptography;

namespace Varai.Secrets;

/// <summary>Room for one value that is put together piece by piece, used again for the next; overwritten with zeros.</summary>
internal sealed class SecretText(int capacity) : IDisposable
{
    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(capacity, pinned: true);
    private int _length;

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    public void Append(byte value) => _bytes[_length++] = value;

    public void Append(ReadOnlySpan<byte> value)
    {
        value.CopyTo(_bytes.AsSpan(_length));
        _length += value.Length;
    }

    public void Clear()
    {
        CryptographicOperations.ZeroMemory(_bytes);
        _length = 0;
    }

    public void Dispose() => Clear();
}
