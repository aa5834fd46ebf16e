namespace Varai.Architecture.Tests.Offenders.Alpha;

internal class Insider
{
    internal static int Count => 1;
}
