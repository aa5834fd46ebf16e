namespace Varai.Monitoring.Resources;

/// <summary>Names of devices as the kernel writes them, and what they are to us, so that reading them again allocates nothing.</summary>
/// <param name="includes">Whether a device counts; asked once for each.</param>
internal sealed class NameTable(Func<string, bool> includes)
{
    // A machine that makes and drops virtual devices all the time must not fill the memory.
    private const int MaxNames = 1000;

    private readonly List<(byte[] Utf8, string? Name)> _names = [];

    /// <summary>The name of a device; null when the device does not count.</summary>
    public string? Find(ReadOnlySpan<byte> utf8)
    {
        foreach ((byte[] known, string? name) in _names)
        {
            if (utf8.SequenceEqual(known))
                return name;
        }

        if (_names.Count >= MaxNames)
            _names.Clear();
        string text = System.Text.Encoding.UTF8.GetString(utf8);
        string? found = includes(text) ? text : null;
        _names.Add((utf8.ToArray(), found));
        return found;
    }
}
