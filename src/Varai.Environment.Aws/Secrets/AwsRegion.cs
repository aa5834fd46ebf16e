using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;

namespace Varai.Aws.Secrets;

/// <summary>Regions and where they are called.</summary>
internal static class AwsRegion
{
    private const string Placeholder = "{region}";

    public static bool IsName(string? name) =>
        name is { Length: >= 3 and <= 64 } && char.IsAsciiLetterLower(name[0]) && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    /// <summary>The address of a region.</summary>
    /// <param name="template">What the options say; <see langword="null"/> for the public address.</param>
    /// <param name="region">The region.</param>
    /// <returns><see langword="null"/> when the template is no address.</returns>
    public static Uri? Endpoint(string? template, string region)
    {
        string text = template?.Replace(Placeholder, region, StringComparison.Ordinal)
            ?? $"https://secretsmanager.{region}.{RegionEndpoint.GetBySystemName(region).PartitionDnsSuffix}/";
        return Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp)
            && address.UserInfo.Length == 0 && address.Query.Length == 0
            ? address
            : null;
    }

    /// <summary>The region that the SDK finds, or <see langword="null"/>.</summary>
    public static Task<string?> FindAsync(string? profile)
    {
        if (profile is not null && new CredentialProfileStoreChain().TryGetProfile(profile, out CredentialProfile found) && found.Region is { } region)
            return Task.FromResult<string?>(region.SystemName);
        // It may ask the instance's metadata, and waits for the answer.
        return Task.Run(static () => FallbackRegionFactory.GetRegionEndpoint()?.SystemName);
    }
}
