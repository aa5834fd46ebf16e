namespace Varai.Monitoring.Sketches;

/// <summary>The bins that are being written, in pages that exist once a value falls into them. Writers take no lock and lose nothing,
/// whoever drains at the same time.</summary>
internal sealed class SketchBins
{
    private const int PageBits = 5;
    private const int PageSize = 1 << PageBits;
    private const int PageMask = PageSize - 1;

    private readonly int[]?[] _pages = new int[]?[(SketchMapping.Bins + PageMask) >> PageBits];

    public void Add(double magnitude)
    {
        int bin = SketchMapping.BinOf(magnitude);
        int[] page = Volatile.Read(ref _pages[bin >> PageBits]) ?? CreatePage(bin >> PageBits);
        Interlocked.Increment(ref page[bin & PageMask]);
    }

    /// <summary>Moves the counts to a sketch that is read.</summary>
    public void Drain(SketchCounts into, bool negative)
    {
        for (int i = 0; i < _pages.Length; i++)
        {
            if (Volatile.Read(ref _pages[i]) is not { } page)
                continue;
            for (int j = 0; j < page.Length; j++)
            {
                if (Volatile.Read(ref page[j]) != 0)
                    into.Add((i << PageBits) + j, negative, Interlocked.Exchange(ref page[j], 0));
            }
        }
    }

    private int[] CreatePage(int index)
    {
        int[] page = new int[PageSize];
        return Interlocked.CompareExchange(ref _pages[index], page, comparand: null) ?? page;
    }
}
