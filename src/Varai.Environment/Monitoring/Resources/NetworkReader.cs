namespace Varai.Monitoring.Resources;

/// <summary>Reads <c>/proc/self/net/dev</c>: the interfaces of the network that the process is in.</summary>
internal sealed class NetworkReader(SystemFiles files) : IDisposable
{
    private readonly SystemFile _interfaces = files.Open("/proc/self/net/dev");
    private readonly NameTable _names = new(IsIncluded);
    private int _lastCount;

    public IReadOnlyList<NetworkUsage> Read()
    {
        if (!_interfaces.TryRead(out ReadOnlySpan<byte> text))
            return [];
        var networks = new List<NetworkUsage>(_lastCount);
        var lines = new ByteScanner(text);
        Span<long> counts = stackalloc long[12];
        while (lines.TryReadLine(out ReadOnlySpan<byte> line))
        {
            // Two lines of headings come first.
            int colon = line.IndexOf((byte)':');
            if (colon < 0)
                continue;

            // Bytes, packets, errors, dropped and four more of what was received, the same of what was sent.
            var fields = new ByteScanner(line[(colon + 1)..]);
            bool isRead = true;
            for (int i = 0; i < counts.Length; i++)
                isRead &= fields.TryReadNumber(out counts[i]);
            if (!isRead)
                _interfaces.NoteMalformed("the counts of each interface");
            else if ((counts[0] > 0 || counts[8] > 0) && _names.Find(line[..colon].TrimStart((byte)' ')) is { } name)
                networks.Add(Usage(name, counts));
        }

        _lastCount = networks.Count;
        return networks;
    }

    public void Dispose() => _interfaces.Dispose();

    private static NetworkUsage Usage(string name, ReadOnlySpan<long> counts) => new(name)
    {
        BytesReceived = counts[0],
        ErrorsReceived = counts[2],
        DroppedReceived = counts[3],
        BytesSent = counts[8],
        ErrorsSent = counts[10],
        DroppedSent = counts[11],
    };

    // The other ends of containers' interfaces come and go, and what they carry passes by another interface too.
    private static bool IsIncluded(string name) => name != "lo" && !name.StartsWith("veth", StringComparison.Ordinal);
}
