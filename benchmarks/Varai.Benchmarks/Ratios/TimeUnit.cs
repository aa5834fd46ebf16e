namespace Varai.Benchmarks.Ratios;

/// <summary>The unit a claim is printed in.</summary>
internal enum TimeUnit
{
    Nanoseconds,
    Microseconds,
    Milliseconds,
}
