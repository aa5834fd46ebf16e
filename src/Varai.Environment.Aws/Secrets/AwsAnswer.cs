using Varai.Secrets;

namespace Varai.Aws.Secrets;

/// <summary>What came of a call: a body, or an error.</summary>
internal sealed class AwsAnswer : IDisposable
{
    private AwsAnswer(SecretBuffer? body, AwsError? error)
    {
        Body = body;
        Error = error;
    }

    public SecretBuffer? Body { get; }

    public AwsError? Error { get; }

    public static AwsAnswer Of(SecretBuffer body) => new(body, error: null);

    public static AwsAnswer Of(AwsError error) => new(body: null, error);

    public void Dispose() => Body?.Dispose();
}
