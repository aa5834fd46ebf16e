namespace Varai.Tests.Monitoring.Channels;

/// <summary>An answer of a service.</summary>
internal sealed record HttpAnswer(int Status, string Body = "", params (string Name, string Value)[] Headers)
{
    public string ContentType { get; init; } = "text/plain";
}
