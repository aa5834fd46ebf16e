using Varai.Monitoring.Sketches;

namespace Varai.Monitoring.Windows;

/// <summary>One metric with one set of labels. Recording takes no lock; everything else is called by one thread at a time.</summary>
/// <remarks>What is recorded gathers in the series until it is moved to the slot that was open meanwhile: at the end of each slot, and before
/// each query. So recording reads no clock, and a measurement that is recorded while a slot ends may count to the next.</remarks>
internal abstract class Series(KeyValuePair<string, string>[] labels)
{
    private int _isTouched;
    private int _isRemoved;

    /// <summary>The labels in the order in which they were first given.</summary>
    public KeyValuePair<string, string>[] Labels { get; } = labels;

    /// <summary>The slot of the first measurement; -1 before it has been moved.</summary>
    public int FirstSlot { get; private set; } = -1;

    /// <summary>The slot of the latest measurement.</summary>
    public int LastSlot { get; private set; } = -1;

    /// <summary>Whether it may be forgotten: a total of differences would be wrong afterwards.</summary>
    public virtual bool CanEnd => true;

    /// <summary>Whether it is not found any more. Whoever found it before and reads this after recording sees it, or is seen.</summary>
    public bool IsRemoved => Volatile.Read(ref _isRemoved) != 0;

    /// <summary>Whether something was recorded that has not been moved.</summary>
    public bool IsTouched => Volatile.Read(ref _isTouched) != 0;

    public abstract void Record(double value);

    /// <summary>Moves what was recorded to a slot of a series with the same labels, mostly this one.</summary>
    /// <returns>Whether there was anything.</returns>
    public bool MoveTo(int slot, Series target, WindowLayout layout, SketchCounts scratch)
    {
        bool isTouched = IsTouched && Interlocked.Exchange(ref _isTouched, 0) != 0;
        if (isTouched)
        {
            target.LastSlot = slot;
            if (target.FirstSlot < 0)
                target.FirstSlot = slot;
        }

        if (isTouched || FirstSlot >= 0)
            Move(isTouched, slot, target, layout, scratch);
        return isTouched;
    }

    /// <summary>Says that it is not found any more.</summary>
    public void MarkRemoved() => Interlocked.Exchange(ref _isRemoved, 1);

    /// <summary>Adds the values in a range to those of a query.</summary>
    public abstract void Read(in SlotRange range, QueryTotals totals);

    protected abstract void Move(bool isTouched, int slot, Series target, WindowLayout layout, SketchCounts scratch);

    /// <summary>Says that something was recorded. It comes after the values, and after an interlocked write, so that whoever sees the
    /// mark sees them.</summary>
    protected void Touch()
    {
        if (Volatile.Read(ref _isTouched) == 0)
            Interlocked.Exchange(ref _isTouched, 1);
    }
}
