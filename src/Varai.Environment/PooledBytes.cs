using System.Buffers;
using System.Text;

namespace Varai;

/// <summary>A growing buffer from the pool.</summary>
internal sealed class PooledBytes : IDisposable
{
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(1024);
    private int _count;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _count);

    public void Add(byte value)
    {
        if (_count == _bytes.Length)
            Grow(1);
        _bytes[_count++] = value;
    }

    public void Add(ReadOnlySpan<byte> values)
    {
        if (values.Length > _bytes.Length - _count)
            Grow(values.Length);
        values.CopyTo(_bytes.AsSpan(_count));
        _count += values.Length;
    }

    /// <summary>Free room at the end, of which <see cref="Advance"/> keeps what was written.</summary>
    public Span<byte> Reserve(int count)
    {
        if (count > _bytes.Length - _count)
            Grow(count);
        return _bytes.AsSpan(_count, count);
    }

    public void Advance(int count) => _count += count;

    public void AddText(ReadOnlySpan<char> text)
    {
        int most = text.Length * 3;
        if (most > _bytes.Length - _count)
            Grow(most);
        _count += Encoding.UTF8.GetBytes(text, _bytes.AsSpan(_count));
    }

    public void Dispose()
    {
        // The content may be a configuration with passwords in it; the pool hands the array to anyone.
        ArrayPool<byte>.Shared.Return(_bytes, clearArray: true);
        _bytes = [];
        _count = 0;
    }

    private void Grow(int needed)
    {
        byte[] bigger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, _count + needed));
        Written.CopyTo(bigger);
        ArrayPool<byte>.Shared.Return(_bytes, clearArray: true);
        _bytes = bigger;
    }
}
