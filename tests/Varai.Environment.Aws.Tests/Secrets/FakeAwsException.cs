namespace Varai.Aws.Tests.Secrets;

/// <summary>What the fake service refuses.</summary>
internal sealed class FakeAwsException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;

    public int Status => 400;
}
