using System.Text;

namespace Varai.Tests.Monitoring.Channels;

/// <summary>A request as it came.</summary>
internal sealed record HttpCall(string Method, string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public bool IsAccepted { get; set; }

    public string Text => Encoding.UTF8.GetString(Body);

    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
