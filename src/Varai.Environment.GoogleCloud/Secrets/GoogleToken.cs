namespace Varai.GoogleCloud.Secrets;

/// <summary>An access token. Not a record: those print what they hold.</summary>
internal sealed class GoogleToken(string value, string? quotaProject)
{
    /// <summary>The project that the credentials say is to be billed.</summary>
    public string? QuotaProject => quotaProject;

    public string Reveal() => value;
}
