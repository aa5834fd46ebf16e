using System.Buffers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Varai.Configuration;

namespace Varai;

/// <summary>Writes a document in the one form that equal documents share, whatever format and order they were written in.</summary>
/// <remarks>Members sorted by the UTF-16 units of their names, no white space, numbers as written, strings in UTF-8 with only
/// <c>"</c>, <c>\</c> and control characters escaped. The form is part of every content hash in the state store: it can't change.</remarks>
internal static class CanonicalJson
{
    /// <summary>The canonical form in UTF-8.</summary>
    public static byte[] Write(ConfigurationNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        using var output = new PooledBytes();
        Write(node, output);
        return output.Written.ToArray();
    }

    /// <summary>The canonical form as text.</summary>
    public static string WriteText(ConfigurationNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        using var output = new PooledBytes();
        Write(node, output);
        return Encoding.UTF8.GetString(output.Written);
    }

    /// <summary>The SHA-256 of the canonical form, in lower-case hexadecimal.</summary>
    public static string Hash(ConfigurationNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        using var output = new PooledBytes();
        Write(node, output);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(output.Written, hash);
        return Convert.ToHexStringLower(hash);
    }

    /// <summary>The canonical form of a document, and where in it the values of its members lie.</summary>
    /// <param name="root">The document; an object.</param>
    /// <param name="output">Gets the form.</param>
    /// <param name="written">Told of each member with the position of its value in <paramref name="output"/>.</param>
    public static void WriteDocument(ConfigurationNode root, PooledBytes output, Action<string, Range> written)
    {
        ArgumentNullException.ThrowIfNull(root);
        WriteObject(root, output, written);
    }

    private static void Write(ConfigurationNode node, PooledBytes output)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (node.Kind)
        {
            case ConfigurationNodeKind.Object:
                WriteObject(node, output, written: null);
                break;
            case ConfigurationNodeKind.Array:
                output.Add((byte)'[');
                for (int i = 0; i < node.Items.Count; i++)
                {
                    if (i > 0)
                        output.Add((byte)',');
                    Write(node.Items[i], output);
                }

                output.Add((byte)']');
                break;
            case ConfigurationNodeKind.String:
                WriteString(node.Text!, output);
                break;
            default:
                output.AddText(node.Text ?? "null");
                break;
        }
    }

    private static void WriteObject(ConfigurationNode node, PooledBytes output, Action<string, Range>? written)
    {
        output.Add((byte)'{');
        ReadOnlySpan<ConfigurationMember> members = node.Members as ConfigurationMember[] ?? [.. node.Members];
        bool isSorted = true;
        for (int i = 1; i < members.Length && isSorted; i++)
            isSorted = string.CompareOrdinal(members[i - 1].Name, members[i].Name) < 0;
        if (isSorted)
        {
            WriteMembers(members, output, written);
        }
        else
        {
            ConfigurationMember[] sorted = ArrayPool<ConfigurationMember>.Shared.Rent(members.Length);
            members.CopyTo(sorted);
            sorted.AsSpan(0, members.Length).Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
            WriteMembers(sorted.AsSpan(0, members.Length), output, written);
            ArrayPool<ConfigurationMember>.Shared.Return(sorted, clearArray: true);
        }

        output.Add((byte)'}');
    }

    private static void WriteMembers(ReadOnlySpan<ConfigurationMember> members, PooledBytes output, Action<string, Range>? written)
    {
        for (int i = 0; i < members.Length; i++)
        {
            if (i > 0)
                output.Add((byte)',');
            WriteString(members[i].Name, output);
            output.Add((byte)':');
            int start = output.Written.Length;
            Write(members[i].Value, output);
            written?.Invoke(members[i].Name, start..output.Written.Length);
        }
    }

    private static void WriteString(string text, PooledBytes output)
    {
        // Nearly all text is ASCII with nothing to escape: its bytes are its characters.
        Span<byte> room = output.Reserve(text.Length + 2);
        if (Ascii.FromUtf16(text, room[1..], out int count) == OperationStatus.Done && !room.Slice(1, count).ContainsAny(ToEscapeInAscii))
        {
            room[0] = (byte)'"';
            room[count + 1] = (byte)'"';
            output.Advance(count + 2);
            return;
        }

        output.Add((byte)'"');
        ReadOnlySpan<char> rest = text;
        while (rest.IndexOfAny(ToEscape) is >= 0 and int next)
        {
            // A whole pair is text; only its halves alone have no form in UTF-8.
            bool isPair = char.IsHighSurrogate(rest[next]) && next + 1 < rest.Length && char.IsLowSurrogate(rest[next + 1]);
            output.AddText(rest[..(isPair ? next + 2 : next)]);
            if (!isPair)
                WriteEscape(rest[next], output);
            rest = rest[(isPair ? next + 2 : next + 1)..];
        }

        output.AddText(rest);
        output.Add((byte)'"');
    }

    private static void WriteEscape(char c, PooledBytes output)
    {
        output.Add((byte)'\\');
        byte name = c switch
        {
            '"' or '\\' => (byte)c,
            '\b' => (byte)'b',
            '\t' => (byte)'t',
            '\n' => (byte)'n',
            '\f' => (byte)'f',
            '\r' => (byte)'r',
            _ => (byte)'u',
        };
        output.Add(name);
        if (name == 'u')
            output.AddText(((int)c).ToString("x4", System.Globalization.CultureInfo.InvariantCulture));
    }

    private static readonly SearchValues<byte> ToEscapeInAscii = SearchValues.Create(
        [.. Enumerable.Range(0, ' ').Select(static c => (byte)c), (byte)'"', (byte)'\\']);

    private static readonly SearchValues<char> ToEscape = SearchValues.Create(
        [.. Enumerable.Range(0, ' ').Select(static c => (char)c), '"', '\\', .. Enumerable.Range(0xD800, 0x800).Select(static c => (char)c)]);
}
