using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Varai.Secrets;

namespace Varai.CrashHost;

/// <summary>A random text that is kept masked, so that whoever looks for it holds no copy himself.</summary>
internal sealed unsafe class MemoryNeedle
{
    private const int Length = 40;
    private const int Chunk = 1024 * 1024;

    private readonly byte[] _masked = new byte[Length];
    private readonly byte[] _mask = RandomNumberGenerator.GetBytes(Length);

    public MemoryNeedle()
    {
        // Each letter is made and masked at once.
        for (int i = 0; i < Length; i++)
            _masked[i] = (byte)(('A' + RandomNumberGenerator.GetInt32(26)) ^ (_mask[i] |= 0x80));
    }

    public SecretValue Reveal()
    {
        byte* bytes = stackalloc byte[Length];
        var span = new Span<byte>(bytes, Length);
        for (int i = 0; i < Length; i++)
            span[i] = (byte)(_masked[i] ^ _mask[i]);
        var value = new SecretValue(span);
        CryptographicOperations.ZeroMemory(span);
        return value;
    }

    public bool IsIn(ReadOnlySpan<byte> bytes) => bytes.Length == Length && IsAt(bytes, width: 1);

    /// <summary>How often it stands in the memory of this process, as UTF-8 and as UTF-16.</summary>
    public (int Utf8, int Utf16) CountInProcess()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        int utf8 = 0;
        int utf16 = 0;
        byte* buffer = (byte*)NativeMemory.AllocZeroed(Chunk);
        using SafeFileHandle memory = File.OpenHandle("/proc/self/mem");
        foreach ((long start, long end) in WritableRegions())
        {
            for (long at = start; at < end; at += Chunk - (2 * Length) + 1)
            {
                // What was read before lies in the buffer, which is memory of this process too.
                if (at < (long)buffer + Chunk && at + Chunk > (long)buffer)
                    continue;
                int read;
                try
                {
                    read = RandomAccess.Read(memory, new Span<byte>(buffer, (int)Math.Min(Chunk, end - at)), at);
                }
                catch (IOException)
                {
                    // The region is gone by now.
                    break;
                }

                var bytes = new ReadOnlySpan<byte>(buffer, read);
                // Where a copy begins in the part that the next chunk has too, it is counted there.
                int own = at + read >= end ? read : Chunk - (2 * Length) + 1;
                for (int i = 0; i < own && i + Length <= read; i++)
                {
                    int next = bytes[i..].IndexOf((byte)(_masked[0] ^ _mask[0]));
                    if (next < 0 || i + next >= own || i + next + Length > read)
                        break;
                    i += next;
                    if (IsAt(bytes[i..], width: 1))
                        utf8++;
                    else if (i + (2 * Length) <= read && IsAt(bytes[i..], width: 2))
                        utf16++;
                }
            }
        }

        NativeMemory.Clear(buffer, Chunk);
        NativeMemory.Free(buffer);
        return (utf8, utf16);
    }

    private static List<(long Start, long End)> WritableRegions()
    {
        List<(long, long)> regions = [];
        foreach (string line in File.ReadLines("/proc/self/maps"))
        {
            string[] parts = line.Split(' ', 3);
            if (!parts[1].StartsWith("rw", StringComparison.Ordinal))
                continue;
            string[] ends = parts[0].Split('-');
            regions.Add((long.Parse(ends[0], NumberStyles.HexNumber, null), long.Parse(ends[1], NumberStyles.HexNumber, null)));
        }

        return regions;
    }

    private bool IsAt(ReadOnlySpan<byte> bytes, int width)
    {
        for (int i = 0; i < Length; i++)
        {
            if ((bytes[i * width] ^ _mask[i]) != _masked[i] || (width == 2 && bytes[(i * width) + 1] != 0))
                return false;
        }

        return true;
    }
}
