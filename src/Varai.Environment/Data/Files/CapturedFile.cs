using Microsoft.Win32.SafeHandles;

namespace Varai.Data.Files;

/// <summary>A file that must stay as it was listed while it is read.</summary>
internal sealed class CapturedFile : Stream
{
    private readonly string _component;
    private readonly string _path;
    private readonly FileStatus _expected;
    private readonly string _name;
    private readonly SafeFileHandle _handle;
    private long _position;
    private bool _isComplete;

    public CapturedFile(string component, string path, DataItem item)
    {
        _component = component;
        _path = path;
        _expected = FileStatus.Of(item);
        _name = item.Name;
        _handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => _expected.Length;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty || _isComplete)
            return 0;
        int read = RandomAccess.Read(_handle, buffer, _position);
        _position += read;

        // At the last byte, so that no reader takes a file for complete that was changed meanwhile.
        if (read == 0 || _position >= _expected.Length)
        {
            ThrowIfChanged();
            _isComplete = true;
        }

        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<int>(cancellationToken) : ValueTask.FromResult(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _handle.Dispose();
        base.Dispose(disposing);
    }

    private void ThrowIfChanged()
    {
        if (_position == _expected.Length && RandomAccess.GetLength(_handle) == _expected.Length
            && File.GetLastWriteTimeUtc(_handle).Ticks == _expected.Ticks)
        {
            return;
        }

        throw new DataComponentException(_component, $"The file '{_name}' ('{_path}') was changed while it was copied.") { IsTransient = true };
    }
}
