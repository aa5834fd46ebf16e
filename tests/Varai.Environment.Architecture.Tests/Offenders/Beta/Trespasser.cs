using Varai.Architecture.Tests.Offenders.Alpha;

namespace Varai.Architecture.Tests.Offenders.Beta;

/// <summary>Uses another area's internal type in a signature only, an internal member in a body only, and what it may use.</summary>
public sealed class Trespasser
{
    internal List<Insider[]> Insiders { get; } = [];

    public int Sum() => Outsider.Closed;

    public int Fair() => Outsider.Open;
}
