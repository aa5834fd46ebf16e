namespace Varai.Configuration.Schema;

/// <summary>Which members or items of one node a schema has looked at; what <c>unevaluatedProperties</c> and
/// <c>unevaluatedItems</c> need to know.</summary>
internal sealed class EvaluatedChildren
{
    private bool[] _marks = [];
    private int _count;

    public void Reset(ConfigurationNode node)
    {
        _count = Math.Max(node.Members.Count, node.Items.Count);
        if (_marks.Length < _count)
            _marks = new bool[_count];
        else
            Array.Clear(_marks, 0, _count);
    }

    public bool this[int index] => _marks[index];

    public void Mark(int index) => _marks[index] = true;

    public void MarkAll() => Array.Fill(_marks, value: true, 0, _count);

    public void MarkFirst(int count) => Array.Fill(_marks, value: true, 0, Math.Min(count, _count));

    /// <summary>Adds the marks of another schema on the same node.</summary>
    public void Add(EvaluatedChildren other)
    {
        for (int i = 0; i < _count; i++)
            _marks[i] |= other._marks[i];
    }
}
