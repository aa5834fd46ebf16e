using Varai.Configuration.Documents;

namespace Varai.Configuration.Schema.Keywords;

/// <summary><c>enum</c>, and <c>const</c> as one of a single value.</summary>
internal sealed class EnumKeyword : SchemaKeyword
{
    private readonly string _name;
    private readonly HashSet<ConfigurationNode> _values;

    public EnumKeyword(string name, IReadOnlyList<ConfigurationNode> values)
    {
        _name = name;
        Values = values;
        _values = new HashSet<ConfigurationNode>(values, NodeValues.Comparer);
    }

    public IReadOnlyList<ConfigurationNode> Values { get; }

    public override bool Evaluate(ConfigurationNode node, SchemaRun run)
    {
        if (_values.Contains(node))
            return true;
        if (Values.Any(value => value.Kind is not (ConfigurationNodeKind.Array or ConfigurationNodeKind.Object)) && run.IsUnknown(node))
            return true;
        return run.Failures is not null && run.Fail(Describe(_name, node, Values));
    }

    /// <summary>The failure of a value that is none of those allowed.</summary>
    public static SchemaFailure Describe(string keyword, ConfigurationNode node, IReadOnlyList<ConfigurationNode> allowed) =>
        new(keyword, node, allowed.Count == 1 ? "is not the one value allowed" : "is none of the values allowed")
        {
            Expected = SchemaWords.Values(allowed),
            Found = SchemaWords.Describe(node),
            DidYouMean = node.Kind == ConfigurationNodeKind.String
                ? Spelling.Nearest(node.Text!, allowed.Where(value => value.Kind == ConfigurationNodeKind.String).Select(value => value.Text!))
                : null,
            ShowsValue = true,
            Allowed = allowed,
        };
}
