using Varai.Architecture.Tests.Offenders.Alpha;

namespace Varai.Architecture.Tests.Offenders.Registration;

internal sealed class Registrar
{
    public Insider Insider { get; } = new();
}
