namespace Varai.Configuration.Documents;

/// <summary>Parses documents and remembers the last ones, so that a text that is looked at several times on its way (planned, edited,
/// checked, written, read again) is parsed once.</summary>
/// <remarks>Trees are immutable and may be shared. What is remembered is found by its bytes, so it is never out of date. Safe from any
/// thread.</remarks>
internal sealed class ParsedDocuments(DocumentLimits limits)
{
    // A tree takes about six times the bytes of its text.
    private const int MaximumBytes = 2 * 1024 * 1024;
    private const int MaximumCount = 16;

    private readonly Lock _lock = new();
    private readonly LinkedList<Parsed> _newestFirst = new();
    private int _bytes;

    public DocumentLimits Limits => limits;

    /// <inheritdoc cref="DocumentReader.Parse"/>
    public ConfigurationNode? Parse(ConfigurationFile file, List<ConfigurationError> errors)
    {
        if (Find(file) is { } known)
            return known;
        int before = errors.Count;
        ConfigurationNode? root = DocumentReader.Parse(file, limits, errors);
        if (root is not null && errors.Count == before)
            Remember(file, root);
        return root;
    }

    private ConfigurationNode? Find(ConfigurationFile file)
    {
        lock (_lock)
        {
            for (LinkedListNode<Parsed>? node = _newestFirst.First; node is not null; node = node.Next)
            {
                if (node.Value.File.Path != file.Path || !node.Value.File.Content.Span.SequenceEqual(file.Content.Span))
                    continue;
                _newestFirst.Remove(node);
                _newestFirst.AddFirst(node);
                return node.Value.Root;
            }
        }

        return null;
    }

    private void Remember(ConfigurationFile file, ConfigurationNode root)
    {
        if (file.Content.Length > MaximumBytes)
            return;
        lock (_lock)
        {
            _newestFirst.AddFirst(new Parsed(file, root));
            _bytes += file.Content.Length;
            while (_bytes > MaximumBytes || _newestFirst.Count > MaximumCount)
            {
                _bytes -= _newestFirst.Last!.Value.File.Content.Length;
                _newestFirst.RemoveLast();
            }
        }
    }

    private sealed record Parsed(ConfigurationFile File, ConfigurationNode Root);
}
