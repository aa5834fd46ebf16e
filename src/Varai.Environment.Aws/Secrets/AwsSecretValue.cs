using System.Text.Json.Serialization;
using Varai.Secrets;

namespace Varai.Aws.Secrets;

/// <summary>One version of a secret, with its value. Whoever asked for it disposes <see cref="Value"/>.</summary>
public sealed class AwsSecretValue
{
    internal AwsSecretValue(string arn, string name, string versionId, SecretValue value)
    {
        Arn = arn;
        Name = name;
        VersionId = versionId;
        Value = value;
    }

    /// <summary>The secret's ARN, in the region that answered.</summary>
    public string Arn { get; }

    /// <summary>The secret's name at AWS.</summary>
    public string Name { get; }

    /// <summary>The version's id.</summary>
    public string VersionId { get; }

    /// <summary>The version's stages, such as <c>AWSCURRENT</c>.</summary>
    public IReadOnlyList<string> Stages { get; internal init; } = [];

    /// <summary>When the version was created, or <see langword="null"/> when AWS does not say.</summary>
    public DateTimeOffset? CreatedAt { get; internal init; }

    /// <summary>The value: what AWS keeps as <c>SecretString</c> or as <c>SecretBinary</c>.</summary>
    [JsonIgnore]
    public SecretValue Value { get; }

    /// <summary>Always <c>***</c>.</summary>
    public override string ToString() => SecretValue.Redacted;
}
