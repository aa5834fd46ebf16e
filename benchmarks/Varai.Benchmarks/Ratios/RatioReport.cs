using System.Globalization;

namespace Varai.Benchmarks.Ratios;

/// <summary>Prints one tab-separated line per claim or fact (name, ours, peer, ratio, unit) and, when checking, the limit and
/// the verdict as two more columns.</summary>
internal sealed class RatioReport(TextWriter output, bool check)
{
    private const string None = "-";

    /// <summary>How many claims were over their limit.</summary>
    public int Over { get; private set; }

    public void Write(string name, double ours, double? peer, string unit, double? atMost = null)
    {
        double? ratio = peer is > 0 ? ours / peer : null;
        double judged = ratio ?? ours;
        bool over = judged > atMost;
        Line(name, ours, peer, ratio, unit, atMost, over);
    }

    /// <summary>Writes allocated bytes, whose limit is absolute even where there is a peer.</summary>
    public void WriteBytes(string name, double ours, double? peer, long? atMost) =>
        Line(name, ours, peer, peer is > 0 ? ours / peer : null, "B", atMost, ours > atMost);

    private void Line(string name, double ours, double? peer, double? ratio, string unit, double? atMost, bool over)
    {
        string line = string.Join('\t', name, Number(ours), Number(peer), Number(ratio), unit);
        if (check)
        {
            if (over)
                Over++;
            line += $"\t{Number(atMost)}\t{(atMost is null ? None : over ? "over" : "ok")}";
        }

        output.WriteLine(line);
        output.Flush();
    }

    private static string Number(double? value) => value switch
    {
        null => None,
        0 => "0",
        >= 100 or <= -100 => value.Value.ToString("0.#", CultureInfo.InvariantCulture),
        _ => value.Value.ToString("0.###", CultureInfo.InvariantCulture),
    };
}
