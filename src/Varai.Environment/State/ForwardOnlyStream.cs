namespace Varai.State;

/// <summary>Bytes to be read once, from the beginning, as a blob of any store is.</summary>
internal sealed class ForwardOnlyStream(byte[] content) : MemoryStream(content, writable: false)
{
    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override long Seek(long offset, SeekOrigin loc) => throw new NotSupportedException();
}
