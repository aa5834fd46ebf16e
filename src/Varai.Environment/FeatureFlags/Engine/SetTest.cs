using System.Collections.Frozen;
using System.Globalization;

namespace Varai.FeatureFlags.Engine;

/// <summary>Holds when the attribute is, or is not, among values: text as text, numbers as numbers, dates as moments.</summary>
internal sealed class SetTest : AttributeTest
{
    private readonly FrozenSet<string> _texts;
    private readonly double[] _numbers;
    private readonly long[] _dates;
    private readonly bool _isIn;

    public SetTest(AttributeCondition condition)
        : base(condition)
    {
        _isIn = condition.Operator == AttributeOperator.In;
        _texts = condition.Values.ToFrozenSet(condition.IgnoreCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        _numbers = [.. condition.Values.Select(v => AttributeValues.TryReadNumber(v, out double n) ? n : double.NaN).Where(n => !double.IsNaN(n))];
        _dates = [.. condition.Values.Select(v => AttributeValues.TryReadDate(v, out long ticks) ? ticks : -1).Where(t => t >= 0)];
    }

    protected override FlagVerdict TestOne(in FlagValue value) => Of(Contains(value) == _isIn);

    protected override FlagVerdict TestList(IReadOnlyList<string> list)
    {
        for (int i = 0; i < list.Count; i++)
        {
            if (_texts.Contains(list[i]))
                return Of(_isIn);
        }

        return Of(!_isIn);
    }

    private bool Contains(in FlagValue value) => value.Kind switch
    {
        FlagValueKind.Text => _texts.Contains(value.Text!),
        FlagValueKind.Number => _numbers.AsSpan().Contains(value.Number),
        FlagValueKind.Boolean => _texts.Contains(value.Boolean ? "true" : "false"),
        _ => _dates.AsSpan().Contains(value.Date.Ticks),
    };
}
