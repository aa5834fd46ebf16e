using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Varai.Configuration.Documents;

/// <summary>Turns the events of the YAML parser into one document.</summary>
internal sealed class YamlTreeReader : IDisposable
{
    private const string MergeKey = "<<";

    private readonly string _text;
    private readonly YamlOffsets _offsets;
    private readonly DocumentErrors _errors;
    private readonly TreeBuilder _builder;
    private readonly bool _caseSensitive;
    private readonly Dictionary<string, YamlAnchor> _anchors = new(StringComparer.Ordinal);

    private YamlFrame[] _frames = new YamlFrame[16];
    private int _documents;

    public YamlTreeReader(ConfigurationFile file, DocumentLimits limits, DocumentErrors errors, bool caseSensitive)
    {
        _text = Encoding.UTF8.GetString(file.Content.Span);
        _offsets = new YamlOffsets(file.Content, _text.Length);
        _errors = errors;
        _caseSensitive = caseSensitive;
        _builder = new TreeBuilder(file, limits, errors, caseSensitive);
    }

    public ConfigurationNode? Read()
    {
        using var input = new StringReader(_text);
        var scanner = new Scanner(input);
        try
        {
            if (ReadEvents(new Parser(scanner), scanner))
                return _builder.Root;
        }
        catch (YamlException exception)
        {
            YamlSyntax.AddError(_text, _offsets, exception, scanner.CurrentPosition, OpenBracket(), _builder.Path(), _errors);
        }

        _builder.CheckOpenNames();
        return null;
    }

    public void Dispose() => _builder.Dispose();

    private bool ReadEvents(Parser parser, Scanner scanner)
    {
        while (MoveNext(parser, scanner))
        {
            bool goOn = parser.Current switch
            {
                Scalar scalar => _builder.ExpectsName ? ReadName(scalar) : ReadScalar(scalar),
                MappingStart mapping => Open(mapping, isObject: true, mapping.Style == MappingStyle.Flow),
                SequenceStart sequence => Open(sequence, isObject: false, sequence.Style == SequenceStyle.Flow),
                MappingEnd or SequenceEnd => Close(parser.Current),
                AnchorAlias alias => ReadAlias(alias),
                DocumentStart start => StartDocument(start),
                StreamEnd => HasDocument(),
                _ => true,
            };
            if (!goOn)
                return false;
        }

        return true;
    }

    // On some broken texts the parser throws what no caller expects (InvalidOperationException for an unclosed bracket,
    // ArgumentOutOfRangeException for half a surrogate pair): all of it means that the text is not YAML.
    private static bool MoveNext(Parser parser, Scanner scanner)
    {
        try
        {
            return parser.MoveNext();
        }
        catch (Exception exception) when (exception is not (YamlException or OutOfMemoryException))
        {
            throw new YamlException(
                scanner.CurrentPosition, scanner.CurrentPosition, exception is ArgumentException ? YamlSyntax.BadEscape : "", exception);
        }
    }

    private bool StartDocument(DocumentStart start)
    {
        if (++_documents == 1)
            return true;
        _errors.Add(At(start.Start), "", "the file holds a second document, which starts here; write one document to a file");
        return false;
    }

    private bool HasDocument()
    {
        if (_builder.Root is not null and not { Kind: ConfigurationNodeKind.Null, Length: 0 })
            return true;
        _errors.Add(0, "", DocumentText.Empty);
        return false;
    }

    private bool ReadName(Scalar scalar)
    {
        ref YamlFrame frame = ref _frames[_builder.Depth - 1];
        int start = At(scalar.Start);
        frame.End = Math.Max(frame.End, At(scalar.End));
        string name = scalar.Value;
        if (name.Length == 0 && scalar.Style == ScalarStyle.Plain)
        {
            _errors.Add(start, _builder.Path(), "a name is missing before this ':'");
            return false;
        }

        if (scalar.Tag is { IsEmpty: false } tag && !YamlScalars.IsScalarTag(tag))
        {
            AddTagError(tag, start);
            return false;
        }

        if (!scalar.Anchor.IsEmpty)
            _anchors[scalar.Anchor.Value] = new YamlAnchor(ConfigurationNode.Scalar(ConfigurationNodeKind.String, name), 1, 0, start);

        if (name == MergeKey && scalar.Style == ScalarStyle.Plain)
        {
            if (frame.Merges is not null)
            {
                _errors.Add(start, _builder.Path(MergeKey),
                    $"the merge key '<<' is written twice; the first is at {_errors.Place(frame.MergeOffset)}; write one with a list of aliases");
                return false;
            }

            frame.NextIsMerge = true;
            frame.MergeOffset = start;
        }

        GiveName(name, start);
        if (!_caseSensitive && name.Contains(':', StringComparison.Ordinal))
            DocumentText.AddColonError(name, start, _builder, _errors);
        return true;
    }

    private void GiveName(string name, int start)
    {
        Span<byte> ascii = stackalloc byte[128];
        if (Ascii.FromUtf16(name, ascii, out int length) == System.Buffers.OperationStatus.Done)
            _builder.Name(name, start, NameHash.Of(ascii[..length]), isAscii: true);
        else
            _builder.Name(name, start, hash: 0, isAscii: false);
    }

    private bool ReadScalar(Scalar scalar)
    {
        int start = At(scalar.Start);
        int end = ScalarEnd(scalar);
        if (!YamlScalars.TryResolve(scalar, out ConfigurationNodeKind kind, out string? text, out string? problem))
        {
            _errors.Add(start, _builder.Path(), problem);
            return false;
        }

        if (!_builder.Count(1, start))
            return false;
        ConfigurationNode node = ConfigurationNode.Scalar(kind, text, _builder.File, start, end - start);
        if (!scalar.Anchor.IsEmpty)
            _anchors[scalar.Anchor.Value] = new YamlAnchor(node, 1, 0, start);
        return Add(node, height: 0, end);
    }

    private bool Open(NodeEvent collection, bool isObject, bool isFlow)
    {
        bool isBarePair = isFlow && collection.Start.Index == 0 && _builder.Depth > 0;
        int start = isBarePair ? StartOfBarePair() : At(collection.Start);
        if (_builder.ExpectsName)
        {
            _errors.Add(start, _builder.Path(), $"a name has to be text, not {(isObject ? "an object" : "an array")}");
            return false;
        }

        if (collection.Tag is { IsEmpty: false, IsNonSpecific: false } tag && tag.Value != (isObject ? YamlScalars.Map : YamlScalars.Seq))
        {
            AddTagError(tag, start);
            return false;
        }

        int nodesBefore = _builder.Nodes;
        if (!_builder.Open(isObject, start))
            return false;
        if (_builder.Depth > _frames.Length)
            Array.Resize(ref _frames, _frames.Length * 2);
        string? anchor = collection.Anchor.IsEmpty ? null : collection.Anchor.Value;
        if (anchor is not null)
            _anchors[anchor] = new YamlAnchor(Node: null, 0, 0, start);
        _frames[_builder.Depth - 1] = new YamlFrame
        {
            Anchor = anchor,
            NodesBefore = nodesBefore,
            End = start,
            IsFlow = isFlow,
            IsBarePair = isBarePair,
        };
        return true;
    }

    // The pair has no position; it starts at the first text after the item before it or after the bracket.
    private int StartOfBarePair()
    {
        ref YamlFrame array = ref _frames[_builder.Depth - 1];
        ReadOnlySpan<byte> text = _builder.File.Content.Span;
        int at = array.End == _builder.OpenStart ? YamlScalars.EndOfOpening(text, array.End) : array.End;
        while (at < text.Length && text[at] is (byte)' ' or (byte)',' or (byte)'\n' or (byte)'\r' or (byte)'\t' or (byte)'?' or (byte)'#')
        {
            if (text[at] != '#')
                at++;
            else
                at = text[at..].IndexOf((byte)'\n') is >= 0 and int lineEnd ? at + lineEnd : text.Length;
        }

        return at;
    }

    private int? OpenBracket() => _builder.Depth > 0 && _frames[_builder.Depth - 1] is { IsFlow: true, IsBarePair: false } ? _builder.OpenStart : null;

    private bool Close(ParsingEvent end)
    {
        YamlFrame frame = _frames[_builder.Depth - 1];
        if (frame.Merges is not null)
            YamlMerge.AddMembers(frame.Merges, _builder, _caseSensitive, GiveName);
        int last = frame.IsFlow && !frame.IsBarePair ? At(end.Start) + 1 : frame.End;
        _frames[_builder.Depth - 1] = default;

        ConfigurationNode node = _builder.Finish(last);
        int height = frame.Height + 1;
        if (frame.Anchor is not null)
            _anchors[frame.Anchor] = new YamlAnchor(node, _builder.Nodes - frame.NodesBefore, height, node.Start);
        return Add(node, height, last);
    }

    private bool ReadAlias(AnchorAlias alias)
    {
        int start = At(alias.Start);
        string name = alias.Value.Value;
        if (_builder.ExpectsName)
        {
            _errors.Add(start, _builder.Path(), "a name has to be text, not an alias");
            return false;
        }

        if (!_anchors.TryGetValue(name, out YamlAnchor? anchor))
        {
            _errors.Add(start, _builder.Path(), $"the alias '*{name}' has no anchor '&{name}' before it",
                didYouMean: Spelling.Nearest(name, _anchors.Keys) is { } nearest ? "*" + nearest : null);
            return false;
        }

        if (anchor.Node is null)
        {
            _errors.Add(start, _builder.Path(), $"the alias '*{name}' stands inside its own anchor, at {_errors.Place(anchor.Offset)}, and would never end");
            return false;
        }

        return _builder.Count(anchor.Nodes, start)
            && _builder.Fits(anchor.Height, start)
            && Add(anchor.Node, anchor.Height, At(alias.End));
    }

    private bool Add(ConfigurationNode node, int height, int end)
    {
        if (_builder.Depth > 0)
        {
            ref YamlFrame frame = ref _frames[_builder.Depth - 1];
            frame.Height = Math.Max(frame.Height, height);
            frame.End = Math.Max(frame.End, end);
            if (frame.NextIsMerge)
            {
                frame.NextIsMerge = false;
                frame.Merges = YamlMerge.Sources(node);
                if (frame.Merges is null)
                {
                    _errors.Add(frame.MergeOffset, _builder.Path(), "the merge key '<<' takes an object or an array of objects",
                        "an object", DocumentText.Describe(node.Kind));
                    return false;
                }

                _builder.DropName();
                return true;
            }
        }

        _builder.Add(node);
        return true;
    }

    /// <summary>The end of a scalar's own text.</summary>
    private int ScalarEnd(Scalar scalar)
    {
        int end = (int)Math.Min(scalar.End.Index, _text.Length);
        int start = (int)scalar.Start.Index;
        if (scalar.Style is ScalarStyle.Literal or ScalarStyle.Folded)
        {
            // The line breaks after a block belong to what follows it.
            end = start + _text.AsSpan(start, end - start).TrimEnd(" \t\r\n").Length;
        }
        else if (scalar.Style == ScalarStyle.Plain && scalar.Value.Length == 0 && end > start)
        {
            // Of an empty value with an anchor or a tag the parser gives the end of the next token.
            end = YamlScalars.EndOfProperties(_text, start, end);
        }

        return _offsets.ToByte(end);
    }

    private int At(in Mark mark) => _offsets.ToByte(mark.Index);

    private void AddTagError(TagName tag, int start) => _errors.Add(start, _builder.Path(), YamlScalars.UnknownTag(tag));
}
