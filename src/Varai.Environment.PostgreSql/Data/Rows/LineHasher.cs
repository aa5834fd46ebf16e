using System.Security.Cryptography;
using Varai.Data;

namespace Varai.PostgreSql.Data.Rows;

/// <summary>The fingerprint of lines that come in pieces. A line that is too long to keep is hashed as it comes.</summary>
internal sealed class LineHasher : IDisposable
{
    private const int LongestKept = 64 * 1024;
    private const byte LineEnd = (byte)'\n';

    private readonly byte[] _carry = new byte[LongestKept];
    private int _carried;
    private IncrementalHash? _long;
    private bool _isLong;

    public RowFingerprint Fingerprint { get; } = new();

    /// <summary>Whether everything given so far ended with the end of a line.</summary>
    public bool IsAtLineEnd => _carried == 0 && !_isLong;

    public void Add(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            int end = text.IndexOf(LineEnd);
            if (end < 0)
            {
                Keep(text);
                return;
            }

            End(text[..end]);
            text = text[(end + 1)..];
        }
    }

    public void Dispose() => _long?.Dispose();

    private void Keep(ReadOnlySpan<byte> part)
    {
        if (!_isLong && _carried + part.Length <= _carry.Length)
        {
            part.CopyTo(_carry.AsSpan(_carried));
            _carried += part.Length;
            return;
        }

        _long ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        if (!_isLong)
            _long.AppendData(_carry.AsSpan(0, _carried));
        _isLong = true;
        _carried = 0;
        _long.AppendData(part);
    }

    private void End(ReadOnlySpan<byte> rest)
    {
        if (IsAtLineEnd)
        {
            Fingerprint.Add(rest);
            return;
        }

        Keep(rest);
        if (_isLong)
        {
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            _long!.GetHashAndReset(hash);
            Fingerprint.AddHash(hash);
            _isLong = false;
        }
        else
        {
            Fingerprint.Add(_carry.AsSpan(0, _carried));
            _carried = 0;
        }
    }
}
