using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Varai.Monitoring.Sketches;

namespace Varai.Monitoring.Windows;

/// <summary>Slots in the order of their time, those with measurements only. A struct to save memory: held in a field, never copied.</summary>
/// <typeparam name="T">The slots.</typeparam>
[StructLayout(LayoutKind.Auto)]
internal struct SlotRing<T>
    where T : struct, ISlot<T>
{
    // Its length is a power of two.
    private T[]? _items;
    private int _first;
    private int _count;

    public readonly int Count => _count;

    /// <summary>A slot by its age, the oldest first.</summary>
    public readonly ref T this[int index] => ref _items![(_first + index) & (_items.Length - 1)];

    /// <summary>The index of the first slot with a number or a later one; <see cref="Count"/> when there is none.</summary>
    public readonly int IndexOf(int number)
    {
        // Most often all of them are older, or none is.
        if (_count == 0 || this[_count - 1].Number < number)
            return _count;
        int low = 0;
        int high = _count - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (this[middle].Number < number)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    /// <summary>The slots of a range of indices that lie before the end of the array.</summary>
    public readonly Span<T> Older(int from, int to) =>
        to <= from || _first + from >= _items!.Length ? [] : _items.AsSpan(_first + from, Math.Min(to - from, _items.Length - _first - from));

    /// <summary>The slots of a range of indices that lie at its beginning again.</summary>
    public readonly Span<T> Newer(int from, int to)
    {
        if (to <= from || _first + to <= _items!.Length)
            return [];
        int start = Math.Max(0, _first + from - _items.Length);
        return _items.AsSpan(start, _first + to - _items.Length - start);
    }

    /// <summary>Adds a slot, or puts it to the newest one if that has its number or a later one.</summary>
    public void Add(ref T slot, SketchCounts scratch)
    {
        if (_count > 0 && this[_count - 1].Number >= slot.Number)
        {
            this[_count - 1].Append(ref slot, scratch);
            return;
        }

        if (_items is null)
            _items = new T[1];
        else if (_count == _items.Length)
            Grow();
        _count++;
        this[_count - 1] = slot;
    }

    /// <summary>Takes the oldest slot out if its number is a given one or a lower one.</summary>
    public bool TryTake(int upTo, out T slot)
    {
        Unsafe.SkipInit(out slot);
        if (_count == 0 || this[0].Number > upTo)
            return false;
        slot = this[0];
        this[0] = default;
        _first = (_first + 1) & (_items!.Length - 1);
        _count--;
        return true;
    }

    private void Grow()
    {
        var items = new T[_items!.Length * 2];
        for (int i = 0; i < _count; i++)
            items[i] = this[i];
        (_items, _first) = (items, 0);
    }
}
