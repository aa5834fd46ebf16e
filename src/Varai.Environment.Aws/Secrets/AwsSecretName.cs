using System.Buffers;

namespace Varai.Aws.Secrets;

/// <summary>What AWS allows as the name of a secret, and how the names of a service map to it.</summary>
internal static class AwsSecretName
{
    public const int MaximumLength = 512;

    private const string ArnStart = "arn:";

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/_+=.@!-");

    public static bool HasOnlyAllowedCharacters(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(Allowed);

    /// <summary>Whether a name is the ARN of a secret: <c>arn:partition:secretsmanager:region:account:secret:name</c>.</summary>
    public static bool IsArn(string name) =>
        name.StartsWith(ArnStart, StringComparison.Ordinal) && name.Split(':') is { Length: 7 } parts && parts[2] == "secretsmanager" && parts[5] == "secret"
        && AwsRegion.IsName(parts[3]) && HasOnlyAllowedCharacters(parts[6]) && parts[6].Length > 0;

    /// <summary>The ARN of the same secret's replica, or the name itself.</summary>
    public static string InRegion(string secretId, string region)
    {
        if (!IsArn(secretId))
            return secretId;
        string[] parts = secretId.Split(':');
        parts[3] = region;
        return string.Join(':', parts);
    }

    /// <summary>What a secret of the service is called at AWS.</summary>
    /// <returns><see langword="null"/> when AWS can't hold one of that name.</returns>
    public static string? ToAws(string name, string prefix)
    {
        if (IsArn(name))
            return name;
        string full = prefix + name;
        return full.Length <= MaximumLength && HasOnlyAllowedCharacters(full) ? full : null;
    }
}
