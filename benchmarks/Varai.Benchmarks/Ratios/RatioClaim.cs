namespace Varai.Benchmarks.Ratios;

/// <summary>What is claimed of one operation.</summary>
/// <param name="name">Area and operation, such as <c>configuration.read</c>.</param>
/// <param name="atMost">The limit: of the ratio where there is a peer, else of our time in <paramref name="unit"/>.</param>
/// <param name="unit">The unit times are printed in.</param>
internal sealed class RatioClaim(string name, double atMost, TimeUnit unit)
{
    public string Name { get; } = name;

    public double AtMost { get; } = atMost;

    public TimeUnit Unit { get; } = unit;

    /// <summary>The most bytes that one operation of ours may allocate; unlimited when not set.</summary>
    public long? AtMostBytes { get; init; }

    /// <summary>How many batches are warmed up and timed, for an operation that takes a large part of a second.</summary>
    /// <value>Default: <see langword="null"/>, as many as the runner's settings say.</value>
    public int? Batches { get; init; }
}
