using Varai.FeatureFlags.Conditions;

namespace Varai.FeatureFlags.Matching;

/// <summary>Whether an IP address is in one of several networks.</summary>
internal sealed class NetworkTest : ValueTest
{
    private readonly AddressRange[] _v4;
    private readonly AddressRange[] _v6;
    private readonly string _text;

    public NetworkTest(IReadOnlyList<AddressRange> ranges, IReadOnlyList<string> texts)
    {
        _v4 = Merge(ranges.Where(range => range.IsIPv4));
        _v6 = Merge(ranges.Where(range => !range.IsIPv4));
        _text = ClauseText.List(texts);
    }

    public override MatchOutcome Evaluate(in FlagValue value, ref FlagQuery query)
    {
        if (!AddressText.TryParse(value.String, out UInt128 address, out bool isIPv4))
            return MatchOutcome.Unknown;

        AddressRange[] ranges = isIPv4 ? _v4 : _v6;
        int low = 0;
        int high = ranges.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            if (address < ranges[middle].First)
                high = middle - 1;
            else if (address > ranges[middle].Last)
                low = middle + 1;
            else
                return MatchOutcome.Met;
        }

        return MatchOutcome.NotMet;
    }

    public override string Describe(bool holds) => $"is {(holds ? "" : "not ")}in {_text}";

    public override string DescribeMisfit(in FlagValue value) => "no IP address";

    private static AddressRange[] Merge(IEnumerable<AddressRange> ranges)
    {
        var merged = new List<AddressRange>();
        foreach (AddressRange range in ranges.OrderBy(range => range.First))
        {
            if (merged.Count > 0 && range.First <= merged[^1].Last)
                merged[^1] = merged[^1] with { Last = UInt128.Max(merged[^1].Last, range.Last) };
            else
                merged.Add(range);
        }

        return [.. merged];
    }
}
