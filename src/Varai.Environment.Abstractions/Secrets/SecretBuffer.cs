using System.Buffers;
using System.Security.Cryptography;

namespace Varai.Secrets;

/// <summary>A growing buffer for bytes that may hold secrets on their way to or from a backend: the body of a request or of an
/// answer. It lies in memory that the garbage collector does not move, and every array it has used is overwritten with zeros.</summary>
/// <remarks>For whoever writes an <see cref="ISecretProvider"/>. Not safe for several threads at once.</remarks>
public sealed class SecretBuffer : IBufferWriter<byte>, IDisposable
{
    private const int FirstCapacity = 4096;

    private readonly int _maximumBytes;
    private byte[] _bytes;
    private int _written;

    /// <summary>Creates an empty buffer.</summary>
    /// <param name="maximumBytes">The most bytes it may hold. Default: 4 MiB.</param>
    public SecretBuffer(int maximumBytes = 4 * 1024 * 1024)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximumBytes);
        _maximumBytes = maximumBytes;
        _bytes = Allocate(Math.Min(FirstCapacity, maximumBytes));
    }

    /// <summary>What was written; valid until the next write and until the buffer is disposed.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, _written);

    /// <summary>What was written; valid until the next write and until the buffer is disposed.</summary>
    public ReadOnlySpan<byte> WrittenSpan => _bytes.AsSpan(0, _written);

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="maximumBytes">The most bytes it may have.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>What it held; the caller disposes it.</returns>
    /// <exception cref="InvalidDataException">It has more bytes.</exception>
    public static async ValueTask<SecretBuffer> ReadAsync(Stream stream, int maximumBytes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var buffer = new SecretBuffer(maximumBytes);
        try
        {
            while (await stream.ReadAsync(buffer.GetMemory(), cancellationToken).ConfigureAwait(false) is > 0 and int read)
                buffer.Advance(read);
            return buffer;
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _bytes.Length - _written);
        _written += count;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The most bytes that it may hold are reached.</exception>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsMemory(_written);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The most bytes that it may hold are reached.</exception>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsSpan(_written);
    }

    /// <summary>Overwrites everything with zeros.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_bytes);
        _bytes = [];
        _written = 0;
    }

    private static byte[] Allocate(int length) => GC.AllocateUninitializedArray<byte>(length, pinned: true);

    private void Reserve(int sizeHint)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        int needed = checked(_written + Math.Max(1, sizeHint));
        if (needed <= _bytes.Length)
            return;

        // Room is given past the limit, so that a stream of just that length can be seen to end; what is written there is refused.
        if (_written > _maximumBytes)
            throw new InvalidDataException($"There are more than {_maximumBytes} bytes.");
        byte[] larger = Allocate((int)Math.Max(needed, Math.Min(_maximumBytes + 1L, _bytes.Length * 2L)));
        WrittenSpan.CopyTo(larger);
        CryptographicOperations.ZeroMemory(_bytes);
        _bytes = larger;
    }
}
