namespace Varai.Architecture.Tests.Offenders.Alpha;

public static class Outsider
{
    public static int Open => Insider.Count;

    internal static int Closed => Insider.Count + 1;
}
