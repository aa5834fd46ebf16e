namespace Varai.Data.Migration;

/// <summary>Which way is up.</summary>
internal sealed class EnvironmentRanking(DataMigrationOptions options)
{
    private static readonly string[] Usual = ["development", "staging", "production"];

    private readonly string[] _names = options.Ranking.Count == 0 ? Usual : [.. options.Ranking];

    /// <summary>Whether data goes to an environment of lower rank; where that can't be told, it does.</summary>
    public bool IsDown(string source, string target) => RankOf(target, unknown: -1) < RankOf(source, unknown: _names.Length);

    /// <summary>Whether data comes into the environment of highest rank.</summary>
    public bool IsIntoProduction(string target) => target.Equals(_names[^1], StringComparison.OrdinalIgnoreCase);

    private int RankOf(string name, int unknown) =>
        Array.FindIndex(_names, n => n.Equals(name, StringComparison.OrdinalIgnoreCase)) is >= 0 and var rank ? rank : unknown;
}
