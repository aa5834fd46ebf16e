using System.Buffers;
using System.Globalization;
using System.Text;

namespace Varai.Configuration.Documents;

/// <summary>Puts the values of a document together to a tree, for every format alike: limits, unique names, key paths.</summary>
/// <remarks>Works without recursion, so that no depth of nesting can exhaust the stack.</remarks>
internal sealed class TreeBuilder : IDisposable
{
    private readonly DocumentLimits _limits;
    private readonly DocumentErrors _errors;
    private readonly bool _caseSensitive;
    private readonly DuplicateNames _duplicates;

    private Frame[] _frames = new Frame[16];
    private ConfigurationMember[] _open = ArrayPool<ConfigurationMember>.Shared.Rent(256);
    private uint[] _hashes = ArrayPool<uint>.Shared.Rent(256);
    private int _openCount;

    public TreeBuilder(ConfigurationFile file, DocumentLimits limits, DocumentErrors errors, bool caseSensitive)
    {
        File = file;
        _limits = limits;
        _errors = errors;
        _caseSensitive = caseSensitive;
        _duplicates = new DuplicateNames(errors, caseSensitive);
    }

    public ConfigurationFile File { get; }

    /// <summary>The finished document; <see langword="null"/> until its last value ended.</summary>
    public ConfigurationNode? Root { get; private set; }

    /// <summary>How many objects and arrays are open.</summary>
    public int Depth { get; private set; }

    /// <summary>How many values the document holds so far.</summary>
    public int Nodes { get; private set; }

    public bool InObject => Depth > 0 && _frames[Depth - 1].IsObject;

    /// <summary>Whether the next thing to come is a name.</summary>
    public bool ExpectsName => Depth > 0 && _frames[Depth - 1] is { IsObject: true, Name: null };

    /// <summary>Where the innermost open object or array starts.</summary>
    public int OpenStart => _frames[Depth - 1].Start;

    /// <summary>The members of the innermost open object so far.</summary>
    public ReadOnlySpan<ConfigurationMember> OpenMembers => _open.AsSpan(_frames[Depth - 1].First.._openCount);

    /// <summary>Opens an object or an array.</summary>
    /// <returns>Whether reading can go on; if not, the error is noted.</returns>
    public bool Open(bool isObject, int start)
    {
        if (Depth >= _limits.MaximumDepth)
        {
            AddDepthError(start);
            return false;
        }

        if (!Count(1, start))
            return false;
        if (Depth == _frames.Length)
            Array.Resize(ref _frames, Depth * 2);
        _frames[Depth++] = new Frame { IsObject = isObject, Start = start, First = _openCount };
        return true;
    }

    /// <summary>Takes the name of the next value.</summary>
    public void Name(string name, int start, uint hash, bool isAscii)
    {
        ref Frame frame = ref _frames[Depth - 1];
        frame.Name = name;
        frame.NameStart = start;
        frame.NameHash = hash;
        frame.HasOtherNames |= !isAscii;
    }

    /// <summary>Takes a value that holds no others.</summary>
    /// <returns>Whether reading can go on; if not, the error is noted.</returns>
    public bool Scalar(ConfigurationNodeKind kind, string? text, int start, int length)
    {
        if (!Count(1, start))
            return false;
        Add(ConfigurationNode.Scalar(kind, text, File, start, length));
        return true;
    }

    /// <summary>Closes the innermost object or array and adds it to the one around it.</summary>
    public void Close(int end) => Add(Finish(end));

    /// <summary>Closes the innermost object or array.</summary>
    /// <returns>The finished node, for the caller to add.</returns>
    public ConfigurationNode Finish(int end)
    {
        ref Frame frame = ref _frames[Depth - 1];
        int first = frame.First;
        int start = frame.Start;
        ConfigurationNode node;
        if (frame.IsObject)
        {
            CheckNames(Depth - 1, _openCount);
            node = ConfigurationNode.Object(_open.AsSpan(first.._openCount).ToArray(), File, start, end - start);
        }
        else
        {
            var items = new ConfigurationNode[_openCount - first];
            for (int i = 0; i < items.Length; i++)
                items[i] = _open[first + i].Value;
            node = ConfigurationNode.Array(items, File, start, end - start);
        }

        _openCount = first;
        Depth--;
        return node;
    }

    /// <summary>Takes a finished value, which the caller counted.</summary>
    public void Add(ConfigurationNode node)
    {
        if (Depth == 0)
        {
            Root = node;
            return;
        }

        ref Frame frame = ref _frames[Depth - 1];
        if (_openCount == _open.Length || _openCount == _hashes.Length)
            Grow();
        _open[_openCount] = new ConfigurationMember(frame.Name ?? "", node, frame.NameStart);
        _hashes[_openCount++] = frame.NameHash;
        frame.Name = null;
    }

    /// <summary>Takes a name back whose value is no member.</summary>
    public void DropName() => _frames[Depth - 1].Name = null;

    /// <summary>Counts values against the limit.</summary>
    /// <returns>Whether reading can go on; if not, the error is noted.</returns>
    public bool Count(int nodes, int offset)
    {
        if (nodes <= _limits.MaximumNodes - Nodes)
        {
            Nodes += nodes;
            return true;
        }

        _errors.Add(offset, Path(), string.Create(CultureInfo.InvariantCulture,
            $"the document holds more than {_limits.MaximumNodes} values, the limit set by Varai:Configuration:MaxNodes"));
        return false;
    }

    /// <summary>Checks that a value of a known height can stand here.</summary>
    /// <returns>Whether reading can go on; if not, the error is noted.</returns>
    public bool Fits(int height, int offset)
    {
        if (height <= _limits.MaximumDepth - Depth)
            return true;
        AddDepthError(offset);
        return false;
    }

    /// <summary>The key of the value that is being read.</summary>
    public string Path() => Path(Depth);

    /// <summary>The key of a name in the innermost open object.</summary>
    public string Path(string name)
    {
        return Depth == 1 ? name : $"{Path(Depth - 1)}:{name}";
    }

    /// <summary>Checks the names of everything still open, when a syntax error ends the reading early.</summary>
    public void CheckOpenNames()
    {
        int end = _openCount;
        for (int i = Depth - 1; i >= 0; i--)
        {
            if (_frames[i].IsObject)
                CheckNames(i, end);
            end = _frames[i].First;
        }
    }

    public void Dispose()
    {
        ArrayPool<ConfigurationMember>.Shared.Return(_open, clearArray: true);
        ArrayPool<uint>.Shared.Return(_hashes);
        _duplicates.Dispose();
    }

    private void CheckNames(int depth, int end)
    {
        ref Frame frame = ref _frames[depth];
        int first = frame.First;
        if (end - first < 2)
            return;
        Span<ConfigurationMember> members = _open.AsSpan(first..end);
        bool found = _duplicates.Check(members, frame.HasOtherNames ? default : _hashes.AsSpan(first..end), this, depth);
        if (found && end == _openCount)
        {
            int kept = DuplicateNames.KeepFirst(members, _caseSensitive);
            _open.AsSpan((first + kept)..end).Clear();
            _openCount = first + kept;
        }
    }

    internal string Path(int depth)
    {
        if (depth == 0)
            return "";
        var path = new StringBuilder();
        for (int i = 0; i < depth; i++)
        {
            ref Frame frame = ref _frames[i];
            if (frame.IsObject && frame.Name is null)
                break;
            if (i > 0)
                path.Append(':');
            if (frame.IsObject)
                path.Append(frame.Name);
            else
                path.Append((i + 1 < Depth ? _frames[i + 1].First : _openCount) - frame.First);
        }

        return path.ToString();
    }

    private void AddDepthError(int offset) => _errors.Add(offset, Path(), string.Create(CultureInfo.InvariantCulture,
        $"the nesting is deeper than {_limits.MaximumDepth} levels, the limit set by Varai:Configuration:MaxDepth"));

    private void Grow()
    {
        ConfigurationMember[] members = ArrayPool<ConfigurationMember>.Shared.Rent(_openCount * 2);
        _open.AsSpan(0, _openCount).CopyTo(members);
        ArrayPool<ConfigurationMember>.Shared.Return(_open, clearArray: true);
        _open = members;
        uint[] hashes = ArrayPool<uint>.Shared.Rent(_openCount * 2);
        _hashes.AsSpan(0, _openCount).CopyTo(hashes);
        ArrayPool<uint>.Shared.Return(_hashes);
        _hashes = hashes;
    }

    private struct Frame
    {
        public string? Name;
        public int Start;
        public int First;
        public int NameStart;
        public uint NameHash;
        public bool IsObject;
        public bool HasOtherNames;
    }
}
