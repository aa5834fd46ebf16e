using Azure.Core;
using Azure.Core.Pipeline;
using Varai.Secrets;

namespace Varai.AzureCloud.Secrets;

/// <summary>One call through the SDK: what <see cref="SecretValuePolicy"/> puts into the request and takes out of the answer.</summary>
internal sealed class AzureKeyVaultCall : IDisposable
{
    private const string Property = "Varai.AzureKeyVaultCall";

    /// <summary>The value to write.</summary>
    public SecretValue? Sent { get; init; }

    /// <summary>Whether it is written as base64.</summary>
    public bool SendsBase64 { get; init; }

    /// <summary>The status of the last answer; 0 before there is one.</summary>
    public int Status { get; set; }

    /// <summary>The code of the error that was answered.</summary>
    public string? Code { get; set; }

    /// <summary>The code that says more than <see cref="Code"/>.</summary>
    public string? InnerCode { get; set; }

    /// <summary>How long the vault asks to be left alone.</summary>
    public TimeSpan? RetryAfter { get; set; }

    private SecretValue? Received { get; set; }

    public static AzureKeyVaultCall? Of(HttpMessage message) =>
        message.TryGetProperty(Property, out object? call) ? call as AzureKeyVaultCall : null;

    /// <summary>Makes every message that is sent until the end of the scope one of this call.</summary>
    public IDisposable Begin() =>
        HttpPipeline.CreateHttpMessagePropertiesScope(new Dictionary<string, object?>(StringComparer.Ordinal) { [Property] = this });

    public bool Answered(int status, string innerCode) => Status == status && (InnerCode ?? Code) == innerCode;

    public void Receive(SecretValue value)
    {
        Received?.Dispose();
        Received = value;
    }

    /// <summary>The value of the answer, which the caller owns from now on.</summary>
    public SecretValue? Take()
    {
        SecretValue? value = Received;
        Received = null;
        return value;
    }

    public void Dispose() => Received?.Dispose();
}
