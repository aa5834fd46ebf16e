using System.Runtime.CompilerServices;

namespace Varai.Monitoring.Recording;

/// <summary>Room for labels on the stack.</summary>
[InlineArray(Length)]
internal struct LabelBuffer
{
    public const int Length = 8;

    private KeyValuePair<string, object?> _first;
}
