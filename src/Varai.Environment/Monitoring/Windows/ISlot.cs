namespace Varai.Monitoring.Windows;

/// <summary>What a series keeps of one slot of time.</summary>
/// <typeparam name="T">The type itself.</typeparam>
internal interface ISlot<T>
    where T : struct, ISlot<T>
{
    /// <summary>The number of the slot: its begin since 1970, in slots of its length.</summary>
    int Number { get; set; }

    /// <summary>Puts a later slot to this one.</summary>
    /// <param name="later">The later slot.</param>
    /// <param name="scratch">Something to merge sketches in; empty before and after.</param>
    void Append(ref T later, Sketches.SketchCounts scratch);

    /// <summary>Adds its values to those of a query.</summary>
    void AddTo(QueryTotals totals);

    /// <summary>Adds the values of slots to those of a query.</summary>
    static virtual void AddTo(QueryTotals totals, Span<T> slots)
    {
        foreach (ref T slot in slots)
            slot.AddTo(totals);
    }

    /// <summary>The slot as an explanation shows it.</summary>
    MetricSlot Describe(DateTimeOffset start, TimeSpan length);
}
