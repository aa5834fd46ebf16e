namespace Varai.Data.Migration;

/// <summary>An item that is done.</summary>
internal sealed record JournalItem(
    string Name, DataItemKind Kind, long? Length, long? Ticks, int? Mode, long Bytes, long? Rows, string? Fingerprint)
{
    public static JournalItem From(DataItemResult result) => new(
        result.Item.Name,
        result.Item.Kind,
        result.Item.Length,
        result.Item.Modified?.UtcTicks,
        (int?)result.Item.Mode,
        result.Bytes,
        result.Rows,
        result.Fingerprint);

    public DataItemResult ToResult()
    {
        var item = new DataItem(Name, Kind)
        {
            Length = Length,
            Modified = Ticks is { } ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null,
            Mode = (UnixFileMode?)Mode,
        };
        return new DataItemResult(item, DataItemOutcome.Resumed, Bytes) { Rows = Rows, Fingerprint = Fingerprint };
    }
}
