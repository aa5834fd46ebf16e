using Varai.Configuration.Schema.Keywords;

namespace Varai.Configuration.Schema;

/// <summary>One schema, ready to check with: its keywords, sorted by the kind of value they speak of.</summary>
internal sealed class SchemaNode(SchemaResource resource, ConfigurationNode source)
{
    private const int Kinds = (int)ConfigurationNodeKind.Object + 1;

    private readonly SchemaKeyword[][] _byKind = new SchemaKeyword[Kinds][];
    private bool _tracks;
    private bool _hides;

    public SchemaResource Resource { get; } = resource;

    /// <summary>Where it is written.</summary>
    public ConfigurationNode Source { get; } = source;

    /// <summary>What a schema that is just <c>true</c>, <c>false</c> or <c>{}</c> answers.</summary>
    public bool? Constant { get; private set; }

    public IReadOnlyList<SchemaKeyword> Keywords { get; private set; } = [];

    public void SetConstant(bool value) => Constant = value;

    /// <summary>Gives the schema its keywords, in the order in which they are to be checked.</summary>
    public void SetKeywords(IReadOnlyList<SchemaKeyword> keywords, bool tracks, bool hides)
    {
        Keywords = keywords;
        _tracks = tracks;
        _hides = hides;
        for (int kind = 0; kind < Kinds; kind++)
            _byKind[kind] = [.. keywords.Where(keyword => keyword.Concerns((ConfigurationNodeKind)kind))];
        if (keywords.Count == 0 && !hides)
            Constant = true;
    }

    /// <summary>The names of keys that this schema, and what it applies to the same object, speak of.</summary>
    public IReadOnlyCollection<string> KnownNames()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var seen = new HashSet<SchemaNode> { this };
        var open = new Queue<SchemaNode>(seen);
        while (open.TryDequeue(out SchemaNode? next))
        {
            foreach (SchemaKeyword keyword in next.Keywords)
            {
                if (keyword is PropertiesKeyword properties)
                    names.UnionWith(properties.Names);
                foreach (SchemaNode applied in keyword.InPlace.Where(seen.Add))
                    open.Enqueue(applied);
            }
        }

        return names;
    }

    /// <summary>Checks a node.</summary>
    public bool Evaluate(ConfigurationNode node, SchemaRun run)
    {
        if (Constant is { } constant)
            return constant || run.IsExcluded(node) || run.Fail(new SchemaFailure("false", node, "is not allowed here"));
        if (run.IsExcluded(node))
            return true;

        bool entered = run.Enter(this);
        if (_hides && run.Failures is not null)
            run.Hide(node);
        bool tracking = _tracks || run.Evaluated is not null;
        EvaluatedChildren? above = tracking ? run.BeginTracking(node) : null;

        bool valid = true;
        foreach (SchemaKeyword keyword in _byKind[(int)node.Kind])
        {
            if (keyword.Evaluate(node, run))
                continue;
            valid = false;
            if (run.Failures is null)
                break;
        }

        // Beside a failure the marks are kept too: a key that is known but wrong is not also an unknown key.
        if (tracking)
            run.EndTracking(above, valid || run.Failures is not null);
        run.Leave(entered);
        return valid;
    }
}
