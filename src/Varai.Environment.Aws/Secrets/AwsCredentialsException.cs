namespace Varai.Aws.Secrets;

/// <summary>There are no credentials. Never leaves the connection.</summary>
internal sealed class AwsCredentialsException(string message, bool isTransient) : Exception(message)
{
    public bool IsTransient { get; } = isTransient;
}
